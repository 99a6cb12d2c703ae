/* Makes the n-th call of one kind fail in processes of one name, for paths that hold a text.
   FAULT_CALL, FAULT_AT, FAULT_ERRNO, FAULT_NAME, FAULT_PATH; FAULT_LOG gets a line when it does. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

extern char *program_invocation_short_name;
static int seen = 0;

static int (*real_open)(const char *, int, ...);

static int fails(const char *call, const char *path) {
    const char *wanted = getenv("FAULT_CALL"), *part = getenv("FAULT_PATH"), *name = getenv("FAULT_NAME");
    if (!wanted || strcmp(wanted, call) != 0 || !path) return 0;
    if (part && !strstr(path, part)) return 0;
    if (name && !strstr(program_invocation_short_name, name)) return 0;
    if (++seen != atoi(getenv("FAULT_AT"))) return 0;
    const char *log = getenv("FAULT_LOG");
    if (log) {
        if (!real_open) real_open = dlsym(RTLD_NEXT, "open");
        int fd = real_open(log, O_WRONLY | O_CREAT | O_APPEND, 0666);
        if (fd >= 0) { dprintf(fd, "%s %s\n", call, path); close(fd); }
    }
    errno = atoi(getenv("FAULT_ERRNO"));
    return 1;
}

static const char *path_of(int fd) {
    static char path[4096];
    char link[64];
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return NULL;
    path[length] = 0;
    return path;
}

#define OPEN(NAME)                                                                   \
    int NAME(const char *path, int flags, ...) {                                     \
        static int (*real)(const char *, int, ...);                                  \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                                   \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        if (fails("open", path)) return -1;                                          \
        return real(path, flags, mode);                                              \
    }
OPEN(open)
OPEN(open64)

#define CALL(NAME, KIND, PARAMETERS, ARGUMENTS, PATH)                                \
    int NAME PARAMETERS {                                                            \
        static int (*real) PARAMETERS;                                               \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                                   \
        if (fails(KIND, PATH)) return -1;                                            \
        return real ARGUMENTS;                                                       \
    }
CALL(rename, "rename", (const char *a, const char *b), (a, b), b)
CALL(renameat, "rename", (int d, const char *a, int e, const char *b), (d, a, e, b), b)
CALL(link, "link", (const char *a, const char *b), (a, b), b)
CALL(linkat, "link", (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f), b)
CALL(unlink, "unlink", (const char *a), (a), a)
CALL(mkdir, "mkdir", (const char *a, mode_t m), (a, m), a)
CALL(fsync, "fsync", (int fd), (fd), path_of(fd))

ssize_t write(int fd, const void *bytes, size_t count) {
    static ssize_t (*real)(int, const void *, size_t);
    if (!real) real = dlsym(RTLD_NEXT, "write");
    if (fails("write", path_of(fd))) return -1;
    return real(fd, bytes, count);
}
