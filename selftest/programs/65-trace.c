#include "probe.h"
#include <sys/ptrace.h>
#include <sys/uio.h>

int main(void)
{
    char byte;
    struct iovec here = {&byte, 1}, there = {(void *)0x400000, 1};
    pid_t child = fork();
    if (child == 0) {
        for (;;)
            pause();
    }
    TRY("ATTACH 1", ptrace(PTRACE_ATTACH, 1, NULL, NULL));
    TRY("SEIZE 1", ptrace(PTRACE_SEIZE, 1, NULL, NULL));
    TRY("ATTACH to a child", ptrace(PTRACE_ATTACH, child, NULL, NULL));
    TRY("TRACEME", ptrace(PTRACE_TRACEME, 0, NULL, NULL));
    TRY("process_vm_readv 1", syscall(SYS_process_vm_readv, 1, &here, 1, &there, 1, 0));
    TRY("process_vm_writev 1", syscall(SYS_process_vm_writev, 1, &here, 1, &there, 1, 0));
    TRY("process_vm_readv of a child", syscall(SYS_process_vm_readv, child, &here, 1, &there, 1, 0));
    TRY("kcmp 1", syscall(SYS_kcmp, getpid(), 1, 0, 1, 1));
    TRY("process_madvise 1", syscall(SYS_process_madvise, 1, &here, 1, MADV_COLD, 0));
    int fd = (int)syscall(SYS_pidfd_open, 1, 0);
    row("pidfd_open 1", fd >= 0 ? "ok" : strerrorname_np(errno));
    TRY("pidfd_getfd 1", syscall(SYS_pidfd_getfd, fd, 1, 0));
    TRY("process_mrelease 1", syscall(SYS_process_mrelease, fd, 0));
    TRY("move_pages 1", syscall(SYS_move_pages, 1, 0, NULL, NULL, NULL, 0));
    TRY("migrate_pages 1", syscall(SYS_migrate_pages, 1, 0, NULL, NULL));
    TRY("get_robust_list 1", syscall(SYS_get_robust_list, 1, &here, &there));
    kill(child, SIGKILL);
    return done();
}
