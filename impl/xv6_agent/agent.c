/* The agent on xv6-riscv: a supervisor, which is the first process (init), and the processes under
 * test, which it and they themselves fork. It goes into a copy of anyone's tree
 * (props/subjects/xv6) in place of user/init.c, is built by the tree's own Makefile, and uses only
 * what user/user.h of every year offers. README.md beside this file says what is called how. */

#include <kernel/fcntl.h>
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

static int name = COWXV6_SUPERVISOR;
/* It is this process's turn. */
static int reads_console;
/* What another process does when the reply is sent; `kind` 0: nothing. */
static struct cowagent_request follow;
/* Page 0, and how many are mapped: the heap ends so many real pages behind. */
static char* base;
static uint32_t pages;
static uint32_t page_bytes;
static uint8_t bytes[COWXV6_LONGEST];
static char line[2 * COWXV6_LONGEST + 1];

static void die(const char* why) {
  write(CONSOLE, why, (int)strlen(why));
  exit(2);
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

static void become_agent(int as) {
  const unsigned long end = (unsigned long)sbrk(0);
  if (end % REAL_BYTES != 0) sbrk((int)(REAL_BYTES - end % REAL_BYTES));
  base = sbrk(0);
  name = as;
}

static int perform_fork(Request* r, Reply* reply) {
  int ends[2];
  const int child = fork();
  reply->status = child < 0 ? COWAGENT_NO_MEMORY : COWAGENT_OK;
  reply->detail = (uint32_t)child;
  if (child != 0) return 1;
  reads_console = 0;
  if (name == COWXV6_SUPERVISOR) {
    become_agent(r->child);
    if (pipe(ends) != 0 || ends[0] != DATA_OUT) die("no data pipe\n");
  }
  name = r->child;
  return 0;
}

/* What a new program must know, as its only argument. */
static void perform_exec(Request* r, Reply* reply) {
  static char state[9];
  static char* arguments[] = {"init", state, 0};
  uint8_t raw[4];
  raw[0] = (uint8_t)name;
  raw[1] = page_bytes == REAL_BYTES;
  cowagent_put(raw + 2, r->sequence, 2);
  cowagent_to_hex(raw, sizeof raw, state);
  exec("init", arguments);
  reply->status = COWAGENT_STUCK;
}

static int reap(Reply* reply) {
  int status = 0;
  if (wait(&status) < 0) return COWAGENT_NO_PROCESS;
  reply->detail = (uint32_t)status;
  return COWAGENT_OK;
}

/* The child takes all that there is. Where the kernel kills it for that, it tells of each page. */
static void take_all(int to, int one_by_one) {
  uint32_t count = 0;
  for (;; ++count) {
    char* const page = sbrk(REAL_BYTES);
    if (page == (char*)-1) break;
    *(volatile char*)page = 1;
    if (one_by_one) write(to, "", 1);
  }
  if (!one_by_one) write(to, &count, sizeof count);
  exit(0);
}

static int try_count(int one_by_one, uint32_t* count) {
  int ends[2], got = 0;
  if (pipe(ends) != 0) return 0;
  const int child = fork();
  if (child == 0) take_all(ends[1], one_by_one);
  close(ends[1]);
  *count = 0;
  if (child > 0 && !one_by_one) got = read_all(ends[0], count, sizeof *count);
  if (child > 0 && one_by_one) {
    int n;
    while ((n = read(ends[0], line, PIPE_BYTES)) > 0) *count += (uint32_t)n, got = 1;
  }
  close(ends[0]);
  if (child > 0) wait(0);
  return got;
}

static int count_free(Reply* reply) {
  static int one_by_one; /* a lazy kernel's sbrk never fails */
  if (!one_by_one && try_count(0, &reply->detail)) return COWAGENT_OK;
  one_by_one = 1;
  return try_count(1, &reply->detail) ? COWAGENT_OK : COWAGENT_STUCK;
}

static int perform_here(Request* r, Reply* reply) {
  if (r->kind == COWXV6_REAP) return reap(reply);
  if (r->kind == COWXV6_FREE) return count_free(reply);
  if (r->kind == COWXV6_WORLD) return page_bytes = r->length, COWAGENT_OK;
  if (r->kind == COWAGENT_MAP) return map(r, reply);
  if (r->kind == COWAGENT_UNMAP) return unmap(r, reply);
  if (r->kind == COWXV6_LOOK) return look(r, reply);
  if (r->kind >= COWAGENT_READ && r->kind <= COWAGENT_KERNEL_WRITE) return access(r, reply);
  return COWAGENT_UNKNOWN;
}

static void hand_on(Request* r) {
  uint8_t frame[COWAGENT_REQUEST_BYTES];
  const int to = r->proc < COWXV6_PROCS ? r->proc : COWXV6_PROCS;
  cowagent_encode_request(r, frame);
  reads_console = 0;
  write(REQUESTS + 2 * to + 1, frame, sizeof frame);
}

static void perform_exit(struct cowagent_request r) {
  r.kind = COWXV6_REAP;
  r.proc = r.child;
  hand_on(&r);
  exit(0);
}

/* The next process of those that are to look. */
static void note_who_looks(Request* r) {
  int next = 0;
  follow = *r;
  follow.kind = COWXV6_LOOK;
  while (next < COWXV6_PROCS && !(r->to >> next & 1)) ++next;
  follow.proc = (uint8_t)next;
  follow.to = r->to & ~(1u << next);
  if (next == COWXV6_PROCS) follow.kind = 0;
}

static int perform(void* self, Request* r, Reply* reply) {
  (void)self;
  if (r->kind == COWAGENT_EXIT) perform_exit(*r);
  if (r->kind == COWAGENT_FORK) return perform_fork(r, reply);
  if (is_store(r) || r->kind == COWXV6_LOOK) note_who_looks(r);
  if (r->kind == COWAGENT_EXEC)
    perform_exec(r, reply);
  else
    reply->status = (uint8_t)perform_here(r, reply);
  return 1;
}

static void send(void* self, const uint8_t* head, const Reply* reply) {
  uint32_t end = cowxv6_pack(head, COWAGENT_REPLY_BYTES, line);
  (void)self;
  end += cowxv6_pack(reply->bytes, reply->length, line + end);
  line[end++] = '\n';
  write(CONSOLE, line, (int)end);
}

/* A line of the console: its length without the white space behind it; -1 at the console's end. */
static int read_line(char* to, int most) {
  int length = 0;
  for (;;) {
    const int n = read(CONSOLE, to + length, most - length);
    if (n <= 0) return -1;
    length += n;
    if (to[length - 1] == '\n') break;
    if (length == most) length = 0; /* noise */
  }
  while (length > 0 && to[length - 1] <= ' ') --length;
  return length;
}

/* The next request for this process. What is garbled is its own: cowagent_serve says so. */
static int receive(void* self, uint8_t* frame) {
  struct cowagent_request r;
  (void)self;
  if (follow.kind != 0) hand_on(&follow);
  follow.kind = 0;
  while (reads_console) {
    const int length = read_line(line, COWXV6_LINE);
    if (length < 0) return 0;
    cowxv6_from_line(line, (uint32_t)length, frame);
    if (!cowagent_decode_request(frame, &r) || r.proc == name) return 1;
    hand_on(&r);
  }
  reads_console = 1;
  return read_all(REQUESTS + 2 * (name < COWXV6_PROCS ? name : COWXV6_PROCS), frame,
                  COWAGENT_REQUEST_BYTES);
}

/* An agent or supervisor that is there says so without being asked. */
static void report(uint32_t sequence) {
  uint8_t head[COWAGENT_REPLY_BYTES];
  const Reply reply = {COWAGENT_OK, (uint16_t)sequence, 0, 0, 0};
  cowagent_encode_reply(&reply, 0, head);
  reads_console = 1;
  send(0, head, &reply);
}

static void start_supervisor(void) {
  int ends[2];
  if (open("console", O_RDWR) < 0) {
    mknod("console", 1, 0); /* kernel/file.h: CONSOLE */
    open("console", O_RDWR);
  }
  for (int i = 0; i <= COWXV6_PROCS; ++i)
    if (pipe(ends) != 0 || ends[0] != REQUESTS + 2 * i) die("no pipe for requests\n");
  report(0);
}

static void start_new_program(const char* state) {
  uint8_t raw[4];
  cowagent_from_hex(state, sizeof raw, raw);
  page_bytes = raw[1] ? REAL_BYTES : COWXV6_TINY_BYTES;
  become_agent(raw[0]);
  report(cowagent_get(raw + 2, 2));
}

int main(int argc, char** argv) {
  const uint32_t kinds = 1u << COWAGENT_MAP | 1u << COWAGENT_UNMAP | 1u << COWAGENT_READ |
                         1u << COWAGENT_WRITE | 1u << COWAGENT_KERNEL_READ |
                         1u << COWAGENT_KERNEL_WRITE | 1u << COWAGENT_FORK | 1u << COWAGENT_EXEC |
                         1u << COWAGENT_EXIT;
  const struct cowagent agent = {
      0, 0, {COWAGENT_VERSION, REAL_BYTES, 0, COWXV6_PROCS, kinds}, receive, send, perform};
  if (argc > 1)
    start_new_program(argv[1]);
  else
    start_supervisor();
  cowagent_serve(&agent);
  exit(0);
}
