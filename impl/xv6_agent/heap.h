#ifndef COWCHECK_XV6_HEAP_H
#define COWCHECK_XV6_HEAP_H

/* What a process under test does to its memory: the world is its heap. Part of the agent's only
 * source, agent.c. */

/* Here only: not every tree may be included twice. */
#include <kernel/types.h>
#include <user/user.h>

#include "impl/xv6_agent/cowcheck_xv6.h"

enum {
  REAL_BYTES = 4096, /* a page of Sv39 */
  PIPE_BYTES = 512,  /* kernel/pipe.c: what a pipe holds */
  LIVED = 7          /* exit status of a probe that could do what it should not */
};

/* Descriptors stand at the same place in every process, so that a new program finds them: both ends
 * of the pipe to each process, the supervisor's the last; and of the pipe that kernel accesses go
 * through, which is empty between requests. */
enum { CONSOLE = 0, REQUESTS = 1, DATA_OUT = REQUESTS + 2 * (COWXV6_PROCS + 1), DATA_IN };

typedef const struct cowagent_request Request;
typedef struct cowagent_reply Reply;

/* Page 0, and how many are mapped: the heap ends so many real pages behind. */
static char* base;
static uint32_t pages;
static uint32_t page_bytes;
static uint8_t bytes[COWXV6_LONGEST];

/* Tiny pages lie at the end of their real page when even, at its start when odd: so what crosses
 * the border between two of them crosses one of the system. */
static char* address(uint32_t page, uint32_t offset) {
  const uint32_t gap = page_bytes < REAL_BYTES && page % 2 == 0 ? REAL_BYTES - page_bytes : 0;
  return base + (unsigned long)page * REAL_BYTES + gap + offset;
}

/* The next bytes of the range that lie side by side. */
static int next_run(Request* r, struct cowagent_piece* run) {
  struct cowagent_piece next;
  if (!cowagent_next_piece(r, page_bytes, run)) return 0;
  for (next = *run; cowagent_next_piece(r, page_bytes, &next); run->length += next.length)
    if (address(next.page, next.offset) != address(run->page, run->offset) + run->length) break;
  return 1;
}

static int is_store(Request* r) {
  return r->kind == COWAGENT_WRITE || r->kind == COWAGENT_KERNEL_WRITE;
}

/* All `length` bytes of a pipe; 0 at its end. */
static int read_all(int fd, void* to, uint32_t length) {
  for (uint32_t got = 0; got < length;) {
    const int n = read(fd, (char*)to + got, (int)(length - got));
    if (n <= 0) return 0;
    got += (uint32_t)n;
  }
  return 1;
}

/* Reads what is in the data pipe; a byte behind it keeps the read from waiting for more. */
static void drain(void) {
  static char rest[PIPE_BYTES];
  if (write(DATA_IN, rest, 1) == 1) read(DATA_OUT, rest, sizeof rest);
}

/* The kernel copies from `from` into the pipe (copyin) and on to `to` (copyout): one of them is the
 * range, the other a buffer of the agent's own. */
static int copy(char* to, char* from, uint32_t length) {
  for (uint32_t done = 0; done < length;) {
    const uint32_t left = length - done;
    const int part = left < PIPE_BYTES ? (int)left : PIPE_BYTES;
    if (write(DATA_IN, from + done, part) != part) return drain(), 0;
    if (read(DATA_OUT, to + done, part) != part) return drain(), 0;
    done += (uint32_t)part;
  }
  return 1;
}

static int access_run(Request* r, const struct cowagent_piece* run) {
  volatile char* const at = address(run->page, run->offset);
  uint8_t* const buffer = bytes + run->first;
  if (r->kind == COWAGENT_KERNEL_READ) return copy((char*)buffer, (char*)at, run->length);
  if (r->kind == COWAGENT_KERNEL_WRITE) return copy((char*)at, (char*)buffer, run->length);
  for (uint32_t i = 0; i < run->length; ++i) {
    if (r->kind == COWAGENT_WRITE)
      at[i] = (char)buffer[i];
    else
      buffer[i] = (uint8_t)at[i];
  }
  return 1;
}

/* xv6 kills who loads or stores where nothing is mapped, so a child tries. */
static int lives_through(Request* r, const struct cowagent_piece* run) {
  const int child = fork();
  int status = 0;
  if (child < 0) return -1;
  if (child == 0) {
    access_run(r, run);
    exit(LIVED);
  }
  if (wait(&status) != child) return -1;
  return status == LIVED;
}

/* The range goes beyond the break: only what lies there is tried, since xv6 would have done a part
 * of the rest before it refuses. */
static int refused(Request* r, Reply* reply) {
  struct cowagent_piece run = {0, 0, 0, 0};
  while (next_run(r, &run)) {
    int done;
    const uint32_t end = pages * page_bytes, first = run.page * page_bytes + run.offset;
    if (first + run.length <= end) continue;
    if (first < end) {
      run.first += end - first;
      run.length -= end - first;
      run.page = pages;
      run.offset = 0;
    }
    done = r->kind == COWAGENT_READ || r->kind == COWAGENT_WRITE ? lives_through(r, &run)
                                                                 : access_run(r, &run);
    if (done < 0) return COWAGENT_NO_MEMORY;
    if (done) {
      reply->detail = run.page;
      return COWAGENT_OK;
    }
    return COWAGENT_SEGFAULT;
  }
  return COWAGENT_STUCK;
}

static int access(Request* r, Reply* reply) {
  struct cowagent_piece run = {0, 0, 0, 0};
  if (r->length > COWXV6_LONGEST) return COWAGENT_BAD_RANGE;
  for (uint32_t i = 0; is_store(r) && i < r->length; ++i) bytes[i] = (uint8_t)(r->value + i);
  if (r->page * page_bytes + r->offset + r->length > pages * page_bytes) return refused(r, reply);
  while (next_run(r, &run))
    if (!access_run(r, &run)) return COWAGENT_SEGFAULT;
  if (is_store(r)) return COWAGENT_OK;
  reply->bytes = bytes;
  reply->length = r->length;
  return COWAGENT_OK;
}

static int look(Request* r, Reply* reply) {
  struct cowagent_request read = *r;
  read.kind = COWAGENT_READ;
  read.offset = 0;
  if (r->page >= pages) return COWAGENT_OK;
  read.length = (r->page + r->count < pages ? r->count : pages - r->page) * page_bytes;
  return access(&read, reply);
}

static char* grow(int real_pages) {
#ifdef COWCHECK_LAZY
  if (real_pages > 0 && pages % 2 == 1) return sbrklazy(real_pages * REAL_BYTES);
#endif
  return sbrk(real_pages * REAL_BYTES);
}

/* The heap is the world: it grows and shrinks at its end only. */
static int move_break(int real_pages, Reply* reply) {
  char* const was = grow(real_pages);
  if (was == (char*)-1) return real_pages > 0 ? COWAGENT_NO_MEMORY : COWAGENT_STUCK;
  pages += (uint32_t)real_pages;
  reply->detail = (uint32_t)(unsigned long)sbrk(0);
  return sbrk(0) == base + (unsigned long)pages * REAL_BYTES ? COWAGENT_OK : COWAGENT_STUCK;
}

static int map(Request* r, Reply* reply) {
  if (r->page < pages) return COWAGENT_OCCUPIED;
  return r->page == pages ? move_break((int)r->count, reply) : COWAGENT_INVALID;
}

static int unmap(Request* r, Reply* reply) {
  if (r->page >= pages) return COWAGENT_OK;
  if (r->page + r->count < pages) return COWAGENT_INVALID;
  return move_break((int)r->page - (int)pages, reply);
}

#endif
