/* Makes the n-th call of one kind fail, counted over all processes of one name, for paths that hold a text.

   FAULT_CALL   open, read-open, write, short, rename, link, unlink, mkdir, fsync, truncate, close
   FAULT_AT     which one fails, from 1; a large number only counts
   FAULT_ERRNO  the error
   FAULT_NAME   a part of the program's name; FAULT_PATH a part of the path
   FAULT_COUNT  a file of 64 bytes that all processes count in
   FAULT_LOG    gets a line when a call fails
   FAULT_CLOCK  seconds to add to the time of day, in every process  */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <sys/types.h>
#include <time.h>
#include <unistd.h>

extern char *program_invocation_short_name;

static long next_number(const char *file) {
    int fd = syscall(SYS_openat, AT_FDCWD, file, O_RDWR);
    if (fd < 0) return 0;
    long *count = mmap(NULL, 64, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    syscall(SYS_close, fd);
    if (count == MAP_FAILED) return 0;
    long number = __sync_add_and_fetch(count, 1);
    munmap(count, 64);
    return number;
}

static int fails(const char *call, const char *path) {
    const char *wanted = getenv("FAULT_CALL");
    if (!wanted || strcmp(wanted, call) != 0 || !path) return 0;
    const char *part = getenv("FAULT_PATH"), *name = getenv("FAULT_NAME"), *count = getenv("FAULT_COUNT");
    if (!count || (part && !strstr(path, part)) || strstr(path, "fault.")) return 0;
    if (name && !strstr(program_invocation_short_name, name)) return 0;
    int before = errno;
    long number = next_number(count);
    errno = before;
    if (number != atol(getenv("FAULT_AT"))) return 0;
    const char *log = getenv("FAULT_LOG");
    if (log) {
        int fd = syscall(SYS_openat, AT_FDCWD, log, O_WRONLY | O_CREAT | O_APPEND, 0666);
        char line[4200];
        int length = snprintf(line, sizeof line, "%s %s\n", call, path);
        if (fd >= 0) {
            syscall(SYS_write, fd, line, length);
            syscall(SYS_close, fd);
        }
    }
    const char *number_text = getenv("FAULT_ERRNO");
    errno = number_text ? atoi(number_text) : EIO;
    return 1;
}

static const char *path_of(int fd) {
    static char path[4096];
    char link[64];
    int before = errno;
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    errno = before;
    if (length < 0) return NULL;
    path[length] = 0;
    return path;
}

static const char *at(int folder, const char *name) {
    static char path[8300];
    const char *above = name[0] == '/' || folder == AT_FDCWD ? NULL : path_of(folder);
    if (!above) return name;
    snprintf(path, sizeof path, "%s/%s", above, name);
    return path;
}

/* A path that does not begin with / is that of a folder that the process stands in. */
static const char *whole(const char *name) {
    static char path[8300];
    char folder[4096];
    if (!name || name[0] == '/' || !getcwd(folder, sizeof folder)) return name;
    snprintf(path, sizeof path, "%s/%s", folder, name);
    return path;
}

static const char *kind_of(int flags) {
    return (flags & O_ACCMODE) == O_RDONLY && !(flags & O_CREAT) ? "read-open" : "open";
}

#define REAL(NAME, RETURN, ...) static RETURN (*real)(__VA_ARGS__); if (!real) real = dlsym(RTLD_NEXT, #NAME)

#define OPEN(NAME)                                                                       \
    int NAME(const char *path, int flags, ...) {                                         \
        REAL(NAME, int, const char *, int, ...);                                         \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        if (fails(kind_of(flags), whole(path))) return -1;                               \
        return real(path, flags, mode);                                                  \
    }
OPEN(open)
OPEN(open64)

#define OPENAT(NAME)                                                                     \
    int NAME(int folder, const char *path, int flags, ...) {                             \
        REAL(NAME, int, int, const char *, int, ...);                                    \
        va_list rest; va_start(rest, flags); int mode = va_arg(rest, int); va_end(rest); \
        if (fails(kind_of(flags), whole(at(folder, path)))) return -1;                   \
        return real(folder, path, flags, mode);                                          \
    }
OPENAT(openat)
OPENAT(openat64)

#define FOPEN(NAME)                                                                      \
    FILE *NAME(const char *path, const char *mode) {                                     \
        REAL(NAME, FILE *, const char *, const char *);                                  \
        if (fails(strpbrk(mode, "wa+") ? "open" : "read-open", whole(path))) return NULL;\
        return real(path, mode);                                                         \
    }
FOPEN(fopen)
FOPEN(fopen64)

#define CALL(NAME, KIND, PARAMETERS, ARGUMENTS, PATH)                                    \
    int NAME PARAMETERS {                                                                \
        static int (*real) PARAMETERS;                                                   \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                                       \
        if (fails(KIND, PATH)) return -1;                                                \
        return real ARGUMENTS;                                                           \
    }
CALL(rename, "rename", (const char *a, const char *b), (a, b), whole(b))
CALL(renameat, "rename", (int d, const char *a, int e, const char *b), (d, a, e, b), whole(at(e, b)))
CALL(link, "link", (const char *a, const char *b), (a, b), whole(b))
CALL(linkat, "link", (int d, const char *a, int e, const char *b, int f), (d, a, e, b, f), whole(at(e, b)))
CALL(unlink, "unlink", (const char *a), (a), whole(a))
CALL(unlinkat, "unlink", (int d, const char *a, int f), (d, a, f), whole(at(d, a)))
CALL(rmdir, "unlink", (const char *a), (a), whole(a))
CALL(mkdir, "mkdir", (const char *a, mode_t m), (a, m), whole(a))
CALL(mkdirat, "mkdir", (int d, const char *a, mode_t m), (d, a, m), whole(at(d, a)))
CALL(fsync, "fsync", (int fd), (fd), path_of(fd))
CALL(fdatasync, "fsync", (int fd), (fd), path_of(fd))
CALL(ftruncate, "truncate", (int fd, off_t n), (fd, n), path_of(fd))
CALL(ftruncate64, "truncate", (int fd, off64_t n), (fd, n), path_of(fd))

int close(int fd) {
    REAL(close, int, int);
    const char *call = getenv("FAULT_CALL");
    if (!call || strcmp(call, "close") != 0) return real(fd);
    int failing = fails("close", path_of(fd)), error = errno;
    int result = real(fd); /* as the kernel does it: the descriptor is gone all the same */
    if (!failing) return result;
    errno = error;
    return -1;
}

#define WRITE(NAME, PARAMETERS, ARGUMENTS, SHORTER)                                      \
    ssize_t NAME PARAMETERS {                                                            \
        static ssize_t (*real) PARAMETERS;                                               \
        if (!real) real = dlsym(RTLD_NEXT, #NAME);                                       \
        const char *call = getenv("FAULT_CALL");                                         \
        if (!call) return real ARGUMENTS;                                                \
        const char *path = path_of(fd);                                                  \
        if (fails("write", path)) return -1;                                             \
        if (count > 1 && fails("short", path)) return real SHORTER;                      \
        return real ARGUMENTS;                                                           \
    }
WRITE(write, (int fd, const void *bytes, size_t count), (fd, bytes, count), (fd, bytes, count / 2))
WRITE(pwrite, (int fd, const void *bytes, size_t count, off_t o), (fd, bytes, count, o), (fd, bytes, count / 2, o))
WRITE(pwrite64, (int fd, const void *bytes, size_t count, off64_t o), (fd, bytes, count, o), (fd, bytes, count / 2, o))

static long clock_off(void) {
    const char *seconds = getenv("FAULT_CLOCK");
    return seconds ? atol(seconds) : 0;
}

int clock_gettime(clockid_t which, struct timespec *now) {
    REAL(clock_gettime, int, clockid_t, struct timespec *);
    int result = real(which, now);
    if (result == 0 && which == CLOCK_REALTIME) now->tv_sec += clock_off();
    return result;
}

int gettimeofday(struct timeval *now, void *zone) {
    static int (*real)(struct timeval *, void *);
    if (!real) real = dlsym(RTLD_NEXT, "gettimeofday");
    int result = real(now, zone);
    if (result == 0) now->tv_sec += clock_off();
    return result;
}

time_t time(time_t *at) {
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (at) *at = now.tv_sec;
    return now.tv_sec;
}
