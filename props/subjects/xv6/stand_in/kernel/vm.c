/* The stand-in for xv6 in the tests: a kernel whose processes are tables in its own memory, and
 * which speaks for all of them what impl/xv6_agent speaks. It copies on write and counts its
 * frames. What is wrong with it says broken.h. */

#include <kernel/broken.h>
#include <kernel/memlayout.h>

#include "impl/xv6_agent/cowcheck_xv6.h"

enum {
  FRAMES = (PHYSTOP - KERNBASE) / 8192,
  PAGES = 32,
  LARGEST = 4096,
  NEWLINE = '\n',
  LIST = 'P' - '@'
};

void uart_init(void);
void uart_put(char c);
char uart_get(void);

typedef const struct cowagent_request Request;
typedef struct cowagent_reply Reply;

static struct {
  int alive, frame[PAGES]; /* where each page is */
  uint32_t pages;
} procs[COWXV6_PROCS];
static uint8_t frames[FRAMES < 256 ? FRAMES : 256][LARGEST];
static int counts[FRAMES < 256 ? FRAMES : 256];
static uint32_t page_bytes = 16, forks, first_pid = 3;
static uint8_t bytes[COWXV6_LONGEST];
static struct cowagent_request follow;

static void print(const char* text) {
  for (; *text != 0; ++text) uart_put(*text);
}

static void stop(void) {
  for (;;) continue;
}

static int take_frame(void) {
  for (int f = 0; f < FRAMES && f < 256; ++f) {
    if (counts[f] != 0) continue;
    for (uint32_t i = 0; i < LARGEST; ++i) frames[f][i] = 0;
    counts[f] = 1;
    return f;
  }
  print("panic: no frame\n");
  stop();
  return 0;
}

static void release(int p, uint32_t from) {
  while (procs[p].pages > from) --counts[procs[p].frame[--procs[p].pages]];
}

/* What control-P prints: the processes that live. */
static void list(void) {
  print("\n1 sleep  init\n");
  for (int p = 0; p < COWXV6_PROCS; ++p) {
    if (!procs[p].alive) continue;
    uart_put((char)('0' + first_pid + (uint32_t)p));
    print(" sleep  init\n");
  }
}

static int break_before_write(int p, uint32_t page) {
  const int shared = counts[procs[p].frame[page]] > 1;
  if (BROKEN == WRITES_SHARED && shared) return 1;
  if (BROKEN == KILLS && shared) {
    print("usertrap(): unexpected scause 0xf\n");
    procs[p].alive = 0;
    for (;;)
      if (uart_get() == LIST) list();
  }
  return 0;
}

static void own(int p, uint32_t page) {
  const int was = procs[p].frame[page];
  if (counts[was] == 1 || break_before_write(p, page)) return;
  const int now = take_frame();
  for (uint32_t i = 0; i < page_bytes; ++i) frames[now][i] = frames[was][i];
  --counts[was];
  procs[p].frame[page] = now;
}

static int access(Request* r, Reply* reply) {
  const int stores = r->kind == COWAGENT_WRITE || r->kind == COWAGENT_KERNEL_WRITE;
  const uint32_t first = r->page * page_bytes + r->offset;
  if (first + r->length > procs[r->proc].pages * page_bytes) return COWAGENT_SEGFAULT;
  for (uint32_t i = 0; i < r->length; ++i) {
    const uint32_t page = (first + i) / page_bytes, at = (first + i) % page_bytes;
    if (stores) own(r->proc, page);
    uint8_t* const byte = &frames[procs[r->proc].frame[page]][at];
    if (stores)
      *byte = (uint8_t)(r->value + i);
    else
      bytes[i] = *byte;
  }
  if (!stores) {
    reply->bytes = bytes;
    reply->length = r->length;
  }
  return COWAGENT_OK;
}

static int look(Request* r, Reply* reply) {
  struct cowagent_request read = *r;
  const uint32_t pages = procs[r->proc].pages;
  if (r->page >= pages) return COWAGENT_OK;
  read.kind = COWAGENT_READ;
  read.offset = 0;
  read.length = (r->page + r->count < pages ? r->count : pages - r->page) * page_bytes;
  return access(&read, reply);
}

static int fork(Request* r, Reply* reply) {
  if (r->proc < COWXV6_PROCS && ++forks == 1) {
    if (BROKEN == PANICS) print("panic: stand-in\n"), stop();
    if (BROKEN == HANGS) stop();
  }
  procs[r->child].alive = 1;
  procs[r->child].pages = 0;
  if (r->proc < COWXV6_PROCS) {
    procs[r->child] = procs[r->proc];
    for (uint32_t i = 0; i < procs[r->child].pages; ++i) ++counts[procs[r->child].frame[i]];
  }
  reply->detail = first_pid + r->child;
  return COWAGENT_OK;
}

static int map(Request* r) {
  if (r->page < procs[r->proc].pages) return COWAGENT_OCCUPIED;
  for (uint32_t i = 0; i < r->count; ++i)
    procs[r->proc].frame[procs[r->proc].pages++] = take_frame();
  return COWAGENT_OK;
}

static int exit(Request* r) {
  if (BROKEN == LEAKS && procs[r->proc].pages > 0) --procs[r->proc].pages;
  if (BROKEN == FREES_TWICE && procs[r->proc].pages > 1) --counts[procs[r->proc].frame[0]];
  release(r->proc, 0);
  procs[r->proc].alive = 0;
  forks = 0;
  return COWAGENT_OK;
}

static int count_free(Reply* reply) {
  for (int f = 0; f < FRAMES && f < 256; ++f) reply->detail += counts[f] <= 0;
  for (int f = 0; f < FRAMES && f < 256; ++f) reply->detail += counts[f] < 0;
  return COWAGENT_OK;
}

/* The next process of those that look after a store. */
static void note_who_looks(Request* r) {
  uint8_t next = 0;
  follow = *r;
  follow.kind = 0;
  while (next < COWXV6_PROCS && !(r->to >> next & 1)) ++next;
  if (next == COWXV6_PROCS) return;
  follow.kind = COWXV6_LOOK;
  follow.proc = next;
  follow.to = r->to & ~(1u << next);
}

static int answer(Request* r, Reply* reply) {
  switch (r->kind) {
    case COWAGENT_MAP:
      return map(r);
    case COWAGENT_UNMAP:
    case COWAGENT_EXEC:
      release(r->proc, r->kind == COWAGENT_EXEC ? 0 : r->page);
      return COWAGENT_OK;
    case COWAGENT_FORK:
      return fork(r, reply);
    case COWAGENT_EXIT:
      return exit(r);
    case COWXV6_FREE:
      return count_free(reply);
    case COWXV6_WORLD:
      page_bytes = r->length;
      return COWAGENT_OK;
    case COWXV6_LOOK:
      note_who_looks(r);
      return look(r, reply);
    case COWAGENT_WRITE:
    case COWAGENT_KERNEL_WRITE:
      note_who_looks(r);
      return access(r, reply);
    default:
      return access(r, reply);
  }
}

static int perform(void* self, Request* r, Reply* reply) {
  (void)self;
  reply->status = (uint8_t)answer(r, reply);
  return 1;
}

static void send(void* self, const uint8_t* head, const Reply* reply) {
  static char line[2 * COWXV6_LONGEST + 64];
  uint32_t length = cowxv6_pack(head, COWAGENT_REPLY_BYTES, line);
  (void)self;
  length += cowxv6_pack(reply->bytes, reply->length, line + length);
  line[length] = 0;
  print(line);
  uart_put(NEWLINE);
}

#include <kernel/play.h>

/* Echoes what it reads, as a console does. */
static int receive(void* self, uint8_t* frame) {
  char line[COWXV6_LINE];
  uint32_t length = 0;
  (void)self;
  if (follow.kind != 0) {
    cowagent_encode_request(&follow, frame);
    follow.kind = 0;
    return 1;
  }
  for (char c = uart_get(); c != NEWLINE && length < COWXV6_LINE; c = uart_get()) {
    if (c == LIST) {
      list();
      continue;
    }
    uart_put(c);
    line[length++] = c;
  }
  uart_put(NEWLINE);
  while (length > 0 && line[length - 1] == ' ') --length;
  if (take_piece(line, length)) return receive(self, frame);
  cowxv6_from_line(line, length, frame);
  return 1;
}

void main(void) {
  const struct cowagent agent = {0,       0,    {COWAGENT_VERSION, LARGEST, PAGES, COWXV6_PROCS, 0},
                                 receive, send, perform};
  uint8_t head[COWAGENT_REPLY_BYTES];
  const Reply here = {COWAGENT_OK, 0, 0, 0, 0};
  uart_init();
  print("the stand-in is booting\n");
  if (BROKEN == PANICS_AT_BOOT) print("panic: too early\n"), stop();
  if (BROKEN == WANTS_MEMORY && PHYSTOP - KERNBASE < 16 * 1024 * 1024) stop();
  cowagent_encode_reply(&here, 0, head);
  send(0, head, &here);
  cowagent_serve(&agent);
}
