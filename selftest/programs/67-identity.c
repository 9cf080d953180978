#include "probe.h"
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>

static void status_row(const char *key)
{
    char line[512];
    FILE *status = fopen("/proc/self/status", "r");
    while (status != NULL && fgets(line, sizeof line, status) != NULL)
        if (strncmp(line, key, strlen(key)) == 0 && line[strlen(key)] == ':') {
            line[strcspn(line, "\n")] = '\0';
            char *value = line + strlen(key) + 1;
            row(key, value + strspn(value, " \t"));
        }
    if (status != NULL)
        fclose(status);
}

int main(void)
{
    gid_t zero = 0;
    struct __user_cap_header_struct header = {_LINUX_CAPABILITY_VERSION_3, 0};
    struct __user_cap_data_struct all[2] = {{~0u, ~0u, ~0u}, {~0u, ~0u, ~0u}};
    TRY("setuid 0", setuid(0));
    TRY("setgid 0", setgid(0));
    TRY("setreuid 0", setreuid(0, 0));
    TRY("setresuid 0", setresuid(0, 0, 0));
    TRY("setuid of a neighbour", setuid(getuid() + 1));
    TRY("setgroups", setgroups(1, &zero));
    TRY("capset", syscall(SYS_capset, &header, all));
    TRY("ambient capability", prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, 7, 0, 0));
    TRY("keep capabilities", prctl(PR_SET_SECUREBITS, 0xf));
    TRY("seccomp mode off", prctl(PR_SET_SECCOMP, 0, NULL));
    row("effective user is the real one", geteuid() == getuid() && getuid() != 0 ? "yes" : "no");
    row("supplementary groups", getgroups(0, NULL) == 0 ? "none" : "some");
    status_row("CapInh");
    status_row("CapPrm");
    status_row("CapEff");
    status_row("CapAmb");
    status_row("CapBnd");
    status_row("NoNewPrivs");
    status_row("Seccomp");
    return done();
}
