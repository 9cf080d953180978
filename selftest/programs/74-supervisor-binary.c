#include "probe.h"

static void try_exec(const char *attempt, const char *path, int by_descriptor)
{
    pid_t child = fork();
    if (child == 0) {
        char *const arguments[] = {"supervisor", NULL};
        char *const environment[] = {NULL};
        if (by_descriptor)
            syscall(SYS_execveat, open(path, O_PATH), "", arguments, environment, AT_EMPTY_PATH);
        else
            execve(path, arguments, environment);
        _exit(errno == EACCES ? 13 : errno == ENOENT ? 14 : 15);
    }
    int status = 0;
    waitpid(child, &status, 0);
    int code = WIFEXITED(status) ? WEXITSTATUS(status) : 0;
    row(attempt, code == 13 ? "EACCES" : code == 14 ? "ENOENT" : "ran");
}

int main(void)
{
    try_exec("exec of the supervisor", "/minos/supervisor", 0);
    try_exec("exec of /proc/1/exe", "/proc/1/exe", 0);
    try_exec("exec of the supervisor by descriptor", "/minos/supervisor", 1);
    errno = 0;
    try_open("/minos/supervisor", O_RDONLY);
    TRY("overwriting the supervisor", open("/minos/supervisor", O_WRONLY | O_TRUNC));
    TRY("removing the supervisor", unlink("/minos/supervisor"));
    TRY("replacing the supervisor", rename("/w", "/minos/supervisor"));
    TRY("writing beside the artifact", open("/box/ld.so.preload", O_WRONLY | O_CREAT, 0600));
    TRY("writing ld.so.preload", open("/etc/ld.so.preload", O_WRONLY | O_CREAT, 0600));
    TRY("changing the artifact", chmod("/proc/self/exe", 0777));
    TRY("name of the staged input", access("/box/.stdin", F_OK));
    return done();
}
