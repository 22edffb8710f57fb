/* The agent on xv6-riscv: a supervisor, which is the first process (init), and the processes under
 * test, which it and they themselves fork. It goes into a copy of anyone's tree
 * (props/subjects/xv6) in place of user/init.c, is built by the tree's own Makefile, and uses only
 * what user/user.h of every year offers. README.md beside this file says what is called how. */

#include <kernel/fcntl.h>

#include "impl/xv6_agent/count.h"
#include "impl/xv6_agent/turns.h"

static int name = COWXV6_SUPERVISOR;
/* It is this process's turn. */
static int reads_console;
/* What another process does when the reply is sent; `kind` 0: nothing. */
static struct cowagent_request follow;

static void die(const char* why) {
  write(CONSOLE, why, (int)strlen(why));
  exit(2);
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

/* What the last script came to. */
static Reply result;

static int repeat_result(Reply* reply) {
  const uint16_t sequence = reply->sequence;
  *reply = result;
  reply->sequence = sequence;
  return result.status;
}

static int perform_here(Request* r, Reply* reply) {
  if (r->kind == COWXV6_REAP) return reap(reply);
  if (r->kind == COWXV6_FREE) return count_free(reply);
  if (r->kind == COWXV6_RESULT) return repeat_result(reply);
  if (r->kind == COWXV6_WORLD) return page_bytes = r->length, COWAGENT_OK;
  if (r->kind == COWAGENT_MAP) return map(r, reply);
  if (r->kind == COWAGENT_UNMAP) return unmap(r, reply);
  if (r->kind == COWXV6_LOOK) return look(r, reply);
  if (r->kind >= COWAGENT_READ && r->kind <= COWAGENT_KERNEL_WRITE) return access(r, reply);
  return COWAGENT_UNKNOWN;
}

static void hand_on(Request* r) {
  uint8_t frame[COWAGENT_REQUEST_BYTES];
  cowagent_encode_request(r, frame);
  reads_console = 0;
  write(channel_of(r->proc) + 1, frame, sizeof frame);
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

static void play_all(Reply* reply) {
  static uint8_t sum[8];
  turn.sum = COWXV6_SUM;
  turn.at = turn.left = 0;
  play();
  reply->status = (uint8_t)count_free(reply);
  cowagent_put(sum, (uint32_t)turn.sum, 4);
  cowagent_put(sum + 4, (uint32_t)(turn.sum >> 32), 4);
  reply->bytes = sum;
  reply->length = sizeof sum;
  result = *reply;
}

/* More of a script, on `line`. The last piece is answered when the whole script was played. */
static void take_piece(uint32_t length) {
  static uint8_t raw[COWXV6_LINE];
  uint8_t head[COWAGENT_REPLY_BYTES];
  const int last = line[0] == COWXV6_LAST;
  const uint32_t got = cowxv6_from_piece(line, length, raw);
  Reply reply = {COWAGENT_GARBLED, raw[0], 0, 0, 0};
  if (got > 0 && script_length + got - 3 <= COWXV6_SCRIPT) {
    memmove(script + script_length, raw + 3, (int)got - 3);
    script_length += got - 3;
    reply.status = COWAGENT_OK;
  }
  if (last && reply.status == COWAGENT_OK) play_all(&reply);
  if (last || reply.status != COWAGENT_OK) script_length = 0;
  cowagent_encode_reply(&reply, 0, head);
  send(0, head, &reply);
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
    if (line[0] == COWXV6_MORE || line[0] == COWXV6_LAST) {
      take_piece((uint32_t)length);
      continue;
    }
    cowxv6_from_line(line, (uint32_t)length, frame);
    if (!cowagent_decode_request(frame, &r) || r.proc == name) return 1;
    hand_on(&r);
  }
  reads_console = 1;
  return read_all(channel_of(name), frame, COWAGENT_REQUEST_BYTES);
}

/* An agent or supervisor that is there says so without being asked. */
static void report(uint32_t sequence) {
  uint8_t head[COWAGENT_REPLY_BYTES];
  const Reply reply = {COWAGENT_OK, (uint16_t)sequence, 0, 0, 0};
  cowagent_encode_reply(&reply, 0, head);
  reads_console = 1;
  send(0, head, &reply);
}

/* Some schedulers (2020) wait for the next tick after each turn as long as there are two processes
 * or fewer. So there is one more, which never ends. */
static void start_companion(void) {
#ifdef COWCHECK_COMPANION
  int ends[2];
  char byte;
  if (fork() != 0) return;
  close(REQUESTS);
  close(REQUESTS + 1);
  pipe(ends);
  read(ends[0], &byte, 1);
#endif
}

static void start_supervisor(void) {
  int ends[2];
  if (open("console", O_RDWR) < 0) {
    mknod("console", 1, 0); /* kernel/file.h: CONSOLE */
    open("console", O_RDWR);
  }
  for (int i = 0; i <= COWXV6_PROCS; ++i)
    if (pipe(ends) != 0 || ends[0] != REQUESTS + 2 * i) die("no pipe for requests\n");
  start_companion();
  report(0);
}

static void start_new_program(const char* state) {
  uint8_t raw[4];
  cowagent_from_hex(state, sizeof raw, raw);
  page_bytes = raw[1] ? REAL_BYTES : COWXV6_TINY_BYTES;
  become_agent(raw[0]);
  report(cowagent_get(raw + 2, 2));
}

static void go_on_with_turn(const char* state, const char* rest) {
  take_turn(state, rest);
  become_agent(name);
  play();
}

int main(int argc, char** argv) {
  const uint32_t kinds = 1u << COWAGENT_MAP | 1u << COWAGENT_UNMAP | 1u << COWAGENT_READ |
                         1u << COWAGENT_WRITE | 1u << COWAGENT_KERNEL_READ |
                         1u << COWAGENT_KERNEL_WRITE | 1u << COWAGENT_FORK | 1u << COWAGENT_EXEC |
                         1u << COWAGENT_EXIT;
  const struct cowagent agent = {
      0, 0, {COWAGENT_VERSION, REAL_BYTES, 0, COWXV6_PROCS, kinds}, receive, send, perform};
  if (argc > 2)
    go_on_with_turn(argv[1], argv[2]);
  else if (argc > 1)
    start_new_program(argv[1]);
  else
    start_supervisor();
  cowagent_serve(&agent);
  exit(0);
}
