#ifndef COWCHECK_XV6_TURNS_H
#define COWCHECK_XV6_TURNS_H

/* Playing a script: whose turn it is performs its step, adds what it would have replied to the sum,
 * and wakes whose turn is next. Part of the agent's only source, agent.c. */

#include "impl/xv6_agent/heap.h"
#include "impl/xv6_agent/script.h"

/* What is handed on with the turn. */
struct turn {
  uint64_t sum;
  uint32_t at;   /* of the next step */
  uint32_t left; /* who is still to look at what that step was about: a bit each */
};

static struct turn turn;
static uint8_t script[COWXV6_SCRIPT + COWXV6_STEP];
static uint32_t script_length;

/* agent.c */
static int name;
static int perform_fork(Request* r, Reply* reply);
static int perform_here(Request* r, Reply* reply);

static int channel_of(int process) {
  return REQUESTS + 2 * (process < COWXV6_PROCS ? process : COWXV6_PROCS);
}

static void wait_for_turn(void) {
  if (!read_all(channel_of(name), &turn, sizeof turn)) exit(2);
}

static void pass_turn(int to) { write(channel_of(to) + 1, &turn, sizeof turn); }

static int first_of(uint32_t set) {
  int first = 0;
  while (!(set >> first & 1)) ++first;
  return first;
}

/* What the new program must know: its name, the bytes of a page, the turn, what is left to play. */
static void exec_with_turn(uint32_t at, Reply* reply) {
  static char state[64], rest[COWXV6_SCRIPT * 4 / 3 + 2];
  static char* arguments[] = {"init", state, rest, 0};
  uint8_t raw[14];
  raw[0] = (uint8_t)name;
  raw[1] = page_bytes == REAL_BYTES;
  cowagent_put(raw + 2, (uint32_t)turn.sum, 4);
  cowagent_put(raw + 6, (uint32_t)(turn.sum >> 32), 4);
  cowagent_put(raw + 10, at, 4);
  state[cowxv6_to_text(raw, sizeof raw, state)] = 0;
  rest[cowxv6_to_text(script + at, script_length - at, rest)] = 0;
  exec("init", arguments);
  reply->status = COWAGENT_STUCK;
}

/* The same back, in the new program. */
static void take_turn(const char* state, const char* rest) {
  uint8_t raw[64];
  const Reply reply = {COWAGENT_OK, 0, 0, 0, 0};
  cowxv6_from_text(state, strlen(state), raw);
  name = raw[0];
  page_bytes = raw[1] ? REAL_BYTES : COWXV6_TINY_BYTES;
  turn.sum = cowagent_get(raw + 2, 4) | (uint64_t)cowagent_get(raw + 6, 4) << 32;
  turn.sum = cowxv6_add_reply(turn.sum, &reply);
  turn.at = cowagent_get(raw + 10, 4);
  script_length = turn.at + cowxv6_from_text(rest, strlen(rest), script + turn.at);
}

/* A step of this process's own. `at` is where the next one begins. */
static void play_step(Request* r, uint32_t at) {
  Reply reply = {COWAGENT_OK, 0, 0, 0, 0};
  if (r->kind == COWAGENT_EXIT) {
    turn.at = at;
    pass_turn(r->child);
    exit(0);
  }
  if (r->kind == COWAGENT_FORK) {
    if (!perform_fork(r, &reply)) return wait_for_turn();
    reply.detail = 0;
  } else if (r->kind == COWAGENT_EXEC) {
    exec_with_turn(at, &reply);
  } else {
    reply.status = (uint8_t)perform_here(r, &reply);
    if (r->kind != COWXV6_REAP) reply.detail = 0;
  }
  turn.sum = cowxv6_add_reply(turn.sum, &reply);
  turn.left = r->to;
}

static void play_look(Request* r) {
  Reply reply = {COWAGENT_OK, 0, 0, 0, 0};
  reply.status = (uint8_t)look(r, &reply);
  turn.sum = cowxv6_add_reply(turn.sum, &reply);
  turn.left &= turn.left - 1;
}

/* Until the last step, which is the supervisor's: the driver's to answer. */
static void play(void) {
  struct cowagent_request r;
  for (;;) {
    const uint32_t at = turn.at, next = at + cowxv6_get_step(script + at, &r);
    const int who = turn.left != 0 ? first_of(turn.left) : r.proc;
    if (r.kind == COWXV6_FREE) return;
    if (who != name) {
      pass_turn(who);
      wait_for_turn();
      continue;
    }
    if (turn.left != 0)
      play_look(&r);
    else
      play_step(&r, next);
    if (turn.at == at && turn.left == 0) turn.at = next;
  }
}

#endif
