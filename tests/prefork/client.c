/* `tk` as a fork of a loaded Python (server.py): sends its arguments, environment, folder and streams
   to a server, passes signals on, and ends as the fork ends. What is ignored here, as SIGINT and SIGQUIT
   are in the background of a shell, the fork ignores too. With a limit set, or no server there, it becomes
   the command itself.

   Built with COMMAND, the path of the command, and SOCKET, the path of the servers' sockets but for
   ending: 0 or 1, or mcp for `tk mcp`. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ;

static const int passed_on[] = {SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGUSR1, SIGUSR2};
static const int limits[] = {RLIMIT_AS, RLIMIT_CPU, RLIMIT_DATA, RLIMIT_FSIZE};
#define COUNT(list) (sizeof(list) / sizeof(*(list)))

static volatile pid_t fork_id;
static int closed;  /* the standard streams that the caller closed, a bit for each */
static int ignored; /* the signals of `passed_on` that the caller ignores, a bit for each */

static void pass_on(int number) {
    if (fork_id > 0) kill(fork_id, number);
}

/* Keeps what is opened next from becoming a standard stream. */
static void fill_closed(void) {
    for (int stream = 0; stream < 3; stream++)
        if (fcntl(stream, F_GETFD) < 0 && open("/dev/null", O_RDWR) == stream) closed |= 1 << stream;
}

static void start(char **arguments) {
    for (int stream = 0; stream < 3; stream++)
        if (closed & 1 << stream) close(stream);
    arguments[0] = COMMAND;
    execv(COMMAND, arguments);
    _exit(127);
}

static void find_ignored(void) {
    for (size_t at = 0; at < COUNT(passed_on); at++) {
        struct sigaction now;
        if (!sigaction(passed_on[at], NULL, &now) && now.sa_handler == SIG_IGN) ignored |= 1 << at;
    }
}

static int is_unlimited(void) {
    for (size_t at = 0; at < COUNT(limits); at++) {
        struct rlimit now;
        if (getrlimit(limits[at], &now) || now.rlim_cur != RLIM_INFINITY) return 0;
    }
    return 1;
}

static int connected(const char *name) {
    int is_for_mcp = name && !strcmp(name, "mcp");
    for (int turn = is_for_mcp ? -1 : 0; turn < 2; turn++) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        const char *ending = turn < 0 ? "mcp" : (getpid() + turn) % 2 ? "1" : "0";
        snprintf(address.sun_path, sizeof address.sun_path, "%s%s", SOCKET, ending);
        int server = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
        if (server >= 0 && !connect(server, (struct sockaddr *)&address, sizeof address)) return server;
        close(server);
    }
    return -1;
}

static char *packed(char **arguments, size_t *size) {
    char *text = NULL;
    FILE *into = open_memstream(&text, size);
    mode_t mask = umask(0);
    umask(mask);
    int count = 0;
    while (arguments[count]) count++;
    fprintf(into, "%o%c%d%c%d%c%d%c", mask, 0, closed, 0, ignored, 0, count - 1, 0);
    for (int at = 1; at < count; at++) fprintf(into, "%s%c", arguments[at], 0);
    for (char **at = environ; *at; at++) fprintf(into, "%s%c", *at, 0);
    fclose(into);
    return text;
}

static int send_all(int server, int folder, char *text, uint32_t size) {
    int passed[] = {folder, 0, 1, 2};
    char control[CMSG_SPACE(sizeof passed)] = {0};
    struct iovec head = {&size, sizeof size};
    struct msghdr message = {
        .msg_iov = &head, .msg_iovlen = 1, .msg_control = control, .msg_controllen = sizeof control};
    struct cmsghdr *rights = CMSG_FIRSTHDR(&message);
    *rights = (struct cmsghdr){.cmsg_level = SOL_SOCKET, .cmsg_type = SCM_RIGHTS, .cmsg_len = CMSG_LEN(sizeof passed)};
    memcpy(CMSG_DATA(rights), passed, sizeof passed);
    if (sendmsg(server, &message, MSG_NOSIGNAL) != sizeof size) return 0;
    for (uint32_t sent = 0; sent < size;) {
        ssize_t more = send(server, text + sent, size - sent, MSG_NOSIGNAL);
        if (more <= 0) return 0;
        sent += more;
    }
    return 1;
}

static int received(int server) {
    int number;
    ssize_t size;
    do size = recv(server, &number, sizeof number, MSG_WAITALL);
    while (size < 0 && errno == EINTR);
    return size == sizeof number ? number : -1;
}

int main(int count, char **arguments) {
    (void)count;
    if (!is_unlimited()) start(arguments);
    find_ignored();
    fill_closed();
    int folder = open(".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
    int server = connected(arguments[1]);
    if (folder < 0 || server < 0) start(arguments);
    size_t size;
    char *text = packed(arguments, &size);
    if (!send_all(server, folder, text, size)) return 126;
    fork_id = received(server);
    struct sigaction action = {.sa_handler = pass_on};
    for (size_t at = 0; at < COUNT(passed_on); at++)
        if (!(ignored & 1 << at)) sigaction(passed_on[at], &action, NULL);
    for (int stream = 0; stream < 3; stream++) close(stream);
    int status = received(server);
    if (status == -1) return 126;
    if (WIFSIGNALED(status)) {
        struct rlimit none = {0, 0};
        setrlimit(RLIMIT_CORE, &none);
        signal(WTERMSIG(status), SIG_DFL);
        raise(WTERMSIG(status));
    }
    return WEXITSTATUS(status);
}
