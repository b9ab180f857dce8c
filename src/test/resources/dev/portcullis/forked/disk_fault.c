/* Preloaded into a node, it makes a disk fail: $DISK_FAULT names a file; while that exists, calls on files of the folder beside
   it named "store" fail. Its content says how: "EIO" fails one sync and is gone then, "ENOSPC" fails all writes. */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/types.h>
#include <unistd.h>

static int of_store(int fd) {
    char link[64], path[PATH_MAX], folder[PATH_MAX];
    const char *trigger = getenv("DISK_FAULT");
    if (trigger == NULL) return 0;
    snprintf(folder, sizeof folder, "%s", trigger);
    char *last = strrchr(folder, '/');
    if (last == NULL) return 0;
    strcpy(last, "/store/");
    snprintf(link, sizeof link, "/proc/self/fd/%d", fd);
    ssize_t length = readlink(link, path, sizeof path - 1);
    if (length < 0) return 0;
    path[length] = 0;
    return strncmp(path, folder, strlen(folder)) == 0;
}

/* The error that is set now, or 0. */
static int fault(int sync) {
    const char *trigger = getenv("DISK_FAULT");
    char kind[16] = "";
    if (trigger == NULL) return 0;
    FILE *file = fopen(trigger, "r");
    if (file == NULL) return 0;
    char *line = fgets(kind, sizeof kind, file);
    fclose(file);
    if (line == NULL) return 0;
    if (sync && strcmp(kind, "EIO") == 0) return unlink(trigger) == 0 ? EIO : 0;
    if (!sync && strcmp(kind, "ENOSPC") == 0) return ENOSPC;
    return 0;
}

static int fails(int fd, int sync) {
    int saved = errno;
    int error = of_store(fd) ? fault(sync) : 0;
    errno = error ? error : saved;
    return error;
}

#define REAL(name) ((__typeof__(&name)) dlsym(RTLD_NEXT, #name))

int fsync(int fd) { return fails(fd, 1) ? -1 : REAL(fsync)(fd); }
int fdatasync(int fd) { return fails(fd, 1) ? -1 : REAL(fdatasync)(fd); }
ssize_t write(int fd, const void *bytes, size_t count) { return fails(fd, 0) ? -1 : REAL(write)(fd, bytes, count); }
ssize_t pwrite(int fd, const void *bytes, size_t count, off_t at) { return fails(fd, 0) ? -1 : REAL(pwrite)(fd, bytes, count, at); }
ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t at) { return fails(fd, 0) ? -1 : REAL(pwrite64)(fd, bytes, count, at); }
int fallocate(int fd, int mode, off_t at, off_t length) { return fails(fd, 0) ? -1 : REAL(fallocate)(fd, mode, at, length); }
int fallocate64(int fd, int mode, off64_t at, off64_t length) { return fails(fd, 0) ? -1 : REAL(fallocate64)(fd, mode, at, length); }
