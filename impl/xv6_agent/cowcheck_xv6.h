#ifndef COWCHECK_XV6_H
#define COWCHECK_XV6_H

/* What the agent on xv6 and its driver agree on beside the protocol (impl/agent). */

#include "impl/agent/cowcheck_agent.h"

enum {
  COWXV6_PROCS = 5,         /* names of processes: a pipe each, and a process has 16 descriptors */
  COWXV6_SUPERVISOR = 0xff, /* the process that reads the console, as `proc` of a request */
  COWXV6_TINY_BYTES = 16,   /* of a page of a tiny world */
  COWXV6_LONGEST = 8192     /* bytes of an access */
};

/* Kinds of requests beside the protocol's. */
enum {
  COWXV6_REAP = 0x50, /* wait(2) for a child that ends or has ended; `detail`: its exit status */
  COWXV6_FREE,        /* `detail`: how many pages of memory a process could have now */
  COWXV6_WORLD,       /* to the supervisor before it forks: `length` is the bytes of a page */
  COWXV6_RESULT,      /* to the supervisor: what it replied to the last script, once more */
  COWXV6_LOOK         /* reads `count` pages from `page` on, as far as they are mapped */
};

/* One process at a time reads the console. It hands on what is for another, which reads the console
 * from then on. What follows from a request by itself goes without another line: of a write, `to`
 * has a bit for each process that is to look at `count` pages from `page` on afterwards; each
 * replies, in order. An exit is answered by the parent, which `child` names, when it has reaped. */

/* The console is slow, and most bytes of a message are zero: on a line, a letter from g to z stands
 * for 1 to 20 bytes of zero, and any other byte is two hexadecimal digits. Answers the number of
 * characters. */
static inline uint32_t cowxv6_pack(const uint8_t* bytes, uint32_t length, char* to) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < length;) {
    uint32_t zeroes = 0;
    while (zeroes < 20 && i + zeroes < length && bytes[i + zeroes] == 0) ++zeroes;
    if (zeroes > 0) {
      to[at++] = (char)('f' + zeroes);
      i += zeroes;
    } else {
      cowagent_to_hex(bytes + i++, 1, to + at);
      at += 2;
    }
  }
  return at;
}

/* Answers the number of bytes; 0 when they are more than `most`, or the characters are none of a
 * message. */
static inline uint32_t cowxv6_unpack(const char* from, uint32_t length, uint8_t* bytes,
                                     uint32_t most) {
  uint32_t at = 0;
  for (uint32_t i = 0; i < length;) {
    if (from[i] >= 'g' && from[i] <= 'z') {
      uint32_t zeroes = (uint32_t)(from[i++] - 'f');
      if (zeroes > most - at) return 0;
      while (zeroes-- > 0) bytes[at++] = 0;
    } else {
      if (at == most || i + 2 > length || !cowagent_from_hex(from + i, 1, bytes + at)) return 0;
      ++at;
      i += 2;
    }
  }
  return at;
}

/* A request goes without its mark and its sum, which a check digit stands for, and with blanks
 * before its newline, so that it is a whole number of these characters: as many as a UART that is
 * told so takes at once. */
enum { COWXV6_BATCH = 14, COWXV6_LINE = 126 };

static inline char cowxv6_digit(const char* line, uint32_t length) {
  uint32_t sum = 0;
  for (uint32_t i = 0; i < length; ++i) sum = sum * 3 + (uint8_t)line[i];
  return "0123456789abcdef"[(sum ^ sum >> 4 ^ sum >> 8) & 15];
}

/* Puts what every line ends with behind `length` characters; answers how long it is then. */
static inline uint32_t cowxv6_end_line(char* line, uint32_t length) {
  line[length] = cowxv6_digit(line, length);
  for (++length; (length + 1) % COWXV6_BATCH != 0; ++length) line[length] = ' ';
  line[length++] = '\n';
  return length;
}

/* Answers the length of the line, which is at most COWXV6_LINE, newline and all. */
static inline uint32_t cowxv6_to_line(const struct cowagent_request* r, char* line) {
  uint8_t frame[COWAGENT_REQUEST_BYTES];
  cowagent_encode_request(r, frame);
  return cowxv6_end_line(line, cowxv6_pack(frame + 1, COWAGENT_REQUEST_BYTES - 5, line));
}

/* The same back, as the bytes of a request; all zeroes when the line is none. `length` without the
 * white space at its end. */
static inline void cowxv6_from_line(const char* line, uint32_t length, uint8_t* frame) {
  const uint32_t inner = COWAGENT_REQUEST_BYTES - 5;
  for (uint32_t i = 0; i < COWAGENT_REQUEST_BYTES; ++i) frame[i] = 0;
  if (length < 2 || line[length - 1] != cowxv6_digit(line, length - 1)) return;
  if (cowxv6_unpack(line, length - 1, frame + 1, inner) != inner) return;
  frame[0] = COWAGENT_REQUEST_MARK;
  cowagent_put(frame + inner + 1, cowagent_sum(COWAGENT_SUM, frame, inner + 1), 4);
}

#endif
