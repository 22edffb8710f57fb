#ifndef COWCHECK_XV6_SCRIPT_H
#define COWCHECK_XV6_SCRIPT_H

/* A script is a whole trace, packed: all agents have it in their memory and take turns, so a step
 * costs no line. Of what they answer they keep a sum only, which the driver knows beforehand. Who
 * differs is asked again, request by request. */

#include "impl/xv6_agent/cowcheck_xv6.h"

enum {
  COWXV6_SCRIPT = 1600, /* bytes: a new program takes it as an argument, on a stack of a page */
  COWXV6_PIECE = 88,    /* bytes of it on a line */
  COWXV6_NOBODY = 15    /* the supervisor, as a process of a step */
};

/* A step is a request: its kind, the processes, which of its numbers are not 0, and those with
 * seven bits in a byte, the lowest first. The last step is COWXV6_FREE. */
enum { COWXV6_STEP = 3 + 6 * 5 };

static inline uint32_t* cowxv6_number(struct cowagent_request* r, uint32_t i) {
  uint32_t* const numbers[] = {&r->page, &r->count, &r->offset, &r->length, &r->to};
  return numbers[i];
}

static inline uint32_t cowxv6_put_number(uint32_t number, uint8_t* to) {
  uint32_t at = 0;
  for (; number >= 128; number >>= 7) to[at++] = (uint8_t)(number | 128);
  to[at++] = (uint8_t)number;
  return at;
}

/* Answers its length, at most COWXV6_STEP. */
static inline uint32_t cowxv6_put_step(struct cowagent_request r, uint8_t* to) {
  uint32_t at = 3;
  to[0] = r.kind;
  to[1] = (uint8_t)((r.proc & 15) | r.child << 4);
  to[2] = r.value != 0;
  if (r.value != 0) to[at++] = r.value;
  for (uint32_t i = 0; i < 5; ++i) {
    if (*cowxv6_number(&r, i) == 0) continue;
    to[2] |= (uint8_t)(2 << i);
    at += cowxv6_put_number(*cowxv6_number(&r, i), to + at);
  }
  return at;
}

static inline uint8_t cowxv6_process(uint8_t nibble) {
  return nibble == COWXV6_NOBODY ? (uint8_t)COWXV6_SUPERVISOR : nibble;
}

/* Answers its length. REQUIRES: `from` is followed by COWXV6_STEP bytes that may be read. */
static inline uint32_t cowxv6_get_step(const uint8_t* from, struct cowagent_request* r) {
  static const struct cowagent_request none = {0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
  uint32_t at = 3;
  *r = none;
  r->kind = from[0];
  r->proc = cowxv6_process(from[1] & 15);
  r->child = cowxv6_process(from[1] >> 4);
  if (from[2] & 1) r->value = from[at++];
  for (uint32_t i = 0; i < 5; ++i) {
    if (!(from[2] & 2 << i)) continue;
    for (uint32_t shift = 0; shift < 35; shift += 7) {
      *cowxv6_number(r, i) |= (uint32_t)(from[at] & 127) << shift;
      if (from[at++] < 128) break;
    }
  }
  return at;
}

/* Three bytes as four characters, from '0' on. Answers how many. */
static inline uint32_t cowxv6_to_text(const uint8_t* bytes, uint32_t length, char* to) {
  uint32_t at = 0, bits = 0, held = 0;
  for (uint32_t i = 0; i < length; ++i) {
    held = held << 8 | bytes[i];
    for (bits += 8; bits >= 6; bits -= 6) to[at++] = (char)('0' + (held >> (bits - 6) & 63));
  }
  if (bits > 0) to[at++] = (char)('0' + (held << (6 - bits) & 63));
  return at;
}

/* Answers how many bytes, at most 3/4 of the characters. */
static inline uint32_t cowxv6_from_text(const char* from, uint32_t length, uint8_t* bytes) {
  uint32_t at = 0, bits = 0, held = 0;
  for (uint32_t i = 0; i < length; ++i) {
    held = held << 6 | ((uint32_t)(from[i] - '0') & 63);
    bits += 6;
    if (bits < 8) continue;
    bits -= 8;
    bytes[at++] = (uint8_t)(held >> bits);
  }
  return at;
}

/* A piece of a script is a line: COWXV6_MORE or COWXV6_LAST, then the text of a sequence number, of
 * the sum of all others and of the bytes; its end is that of a request's line. */
enum { COWXV6_MORE = '<', COWXV6_LAST = '>' };

static inline uint32_t cowxv6_piece_sum(char mark, uint8_t sequence, const uint8_t* bytes,
                                        uint32_t length) {
  const uint8_t head[2] = {(uint8_t)mark, sequence};
  const uint32_t sum = cowagent_sum(cowagent_sum(COWAGENT_SUM, head, 2), bytes, length);
  return (sum ^ sum >> 16) & 0xffff;
}

/* Answers the length of the line, at most COWXV6_LINE. REQUIRES: length <= COWXV6_PIECE. */
static inline uint32_t cowxv6_to_piece(char mark, uint8_t sequence, const uint8_t* bytes,
                                       uint32_t length, char* line) {
  uint8_t raw[COWXV6_PIECE + 3];
  raw[0] = sequence;
  cowagent_put(raw + 1, cowxv6_piece_sum(mark, sequence, bytes, length), 2);
  for (uint32_t i = 0; i < length; ++i) raw[i + 3] = bytes[i];
  line[0] = mark;
  return cowxv6_end_line(line, 1 + cowxv6_to_text(raw, length + 3, line + 1));
}

/* The same back: how many bytes, the first three of which are the sequence number and the sum; 0
 * when the line is no piece. `length` without the white space at its end. */
static inline uint32_t cowxv6_from_piece(const char* line, uint32_t length, uint8_t* raw) {
  uint32_t got;
  if (length < 6 || length > COWXV6_LINE) return 0;
  if (line[0] != COWXV6_MORE && line[0] != COWXV6_LAST) return 0;
  if (line[length - 1] != cowxv6_digit(line, length - 1)) return 0;
  got = cowxv6_from_text(line + 1, length - 2, raw);
  if (cowxv6_piece_sum(line[0], raw[0], raw + 3, got - 3) != cowagent_get(raw + 1, 2)) return 0;
  return got;
}

/* The sum of what was answered (FNV-1a): a status, an exit status, bytes. */
static const uint64_t COWXV6_SUM = 0xcbf29ce484222325;

static inline uint64_t cowxv6_add(uint64_t sum, const uint8_t* bytes, uint32_t length) {
  for (uint32_t i = 0; i < length; ++i) sum = (sum ^ bytes[i]) * 0x100000001b3;
  return sum;
}

static inline uint64_t cowxv6_add_reply(uint64_t sum, const struct cowagent_reply* reply) {
  uint8_t head[9];
  head[0] = reply->status;
  cowagent_put(head + 1, reply->length, 4);
  cowagent_put(head + 5, reply->detail, 4);
  return cowxv6_add(cowxv6_add(sum, head, sizeof head), reply->bytes, reply->length);
}

#endif
