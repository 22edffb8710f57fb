/* How the stand-in plays a script: for all processes, since it is all of them. */

#include "impl/xv6_agent/script.h"

static uint8_t script[COWXV6_SCRIPT + COWXV6_STEP];
static uint32_t script_length;

static void add(uint64_t* sum, Request* r, int status, Reply* reply) {
  reply->status = (uint8_t)status;
  reply->detail = 0;
  if (r->kind != COWAGENT_EXIT) *sum = cowxv6_add_reply(*sum, reply);
}

static uint64_t play(void) {
  uint64_t sum = COWXV6_SUM;
  struct cowagent_request r;
  for (uint32_t at = 0;;) {
    Reply reply = {COWAGENT_OK, 0, 0, 0, 0};
    at += cowxv6_get_step(script + at, &r);
    if (r.kind == COWXV6_FREE) return sum;
    add(&sum, &r, r.kind == COWXV6_REAP ? COWAGENT_OK : answer(&r, &reply), &reply);
    for (uint32_t left = r.to; left != 0; left &= left - 1) {
      Reply seen = {COWAGENT_OK, 0, 0, 0, 0};
      for (r.proc = 0; !(left >> r.proc & 1); ++r.proc) continue;
      add(&sum, &r, look(&r, &seen), &seen);
    }
  }
}

/* 0 when the line is none. */
static int take_piece(const char* line, uint32_t length) {
  static uint8_t raw[COWXV6_LINE], sum[8];
  uint8_t head[COWAGENT_REPLY_BYTES];
  const uint32_t got = cowxv6_from_piece(line, length, raw);
  Reply reply = {COWAGENT_OK, raw[0], 0, 0, sum};
  if (got == 0) return 0;
  for (uint32_t i = 3; i < got; ++i) script[script_length++] = raw[i];
  if (line[0] == COWXV6_LAST) {
    const uint64_t all = play();
    cowagent_put(sum, (uint32_t)all, 4);
    cowagent_put(sum + 4, (uint32_t)(all >> 32), 4);
    count_free(&reply);
    reply.length = sizeof sum;
    script_length = 0;
  }
  follow.kind = 0;
  cowagent_encode_reply(&reply, 0, head);
  send(0, head, &reply);
  return 1;
}
