#pragma once

#include <gtest/gtest.h>
#include <limits>
#include <vector>

#include "model/reference.h"

/// What the tests of the reference are written with.
namespace cow::model {

using Bytes = std::vector<std::uint8_t>;

inline constexpr std::uint32_t far = std::numeric_limits<std::uint32_t>::max();

inline Op map_op(std::uint32_t page, std::uint32_t count, Access access = Access::write,
                 Sharing sharing = Sharing::private_) {
  return {.kind = Kind::map, .access = access, .sharing = sharing, .page = page, .count = count};
}

inline Op map_file(std::uint32_t page, std::uint32_t count, std::uint32_t from, Sharing sharing) {
  Op op = map_op(page, count, Access::write, sharing);
  op.file = true;
  op.to = from;
  return op;
}

inline Op pages_op(Kind kind, std::uint32_t page, std::uint32_t count,
                   Access access = Access::none) {
  return {.kind = kind, .access = access, .page = page, .count = count};
}

inline Op access_op(Kind kind, std::uint8_t proc, std::uint32_t page, std::uint32_t offset,
                    std::uint32_t length) {
  return {.kind = kind, .proc = proc, .page = page, .offset = offset, .length = length};
}

inline Op write_op(std::uint8_t proc, std::uint32_t page, std::uint32_t offset,
                   std::uint32_t length, std::uint8_t value) {
  Op op = access_op(Kind::write, proc, page, offset, length);
  op.value = value;
  return op;
}

inline Op process_op(Kind kind, std::uint8_t proc, std::uint8_t child = 0) {
  return {.kind = kind, .proc = proc, .child = child};
}

/// The default tiny world: P0 to P3, 16 pages of 16 bytes, CPUs 0 and 1.
class ReferenceTest : public testing::Test {
 protected:
  Status run(const Op& op) {
    const Status foretold = ref.check(op);
    const Status status = ref.perform(op).status;
    EXPECT_EQ(foretold, status);
    return status;
  }
  void must(const Op& op) { ASSERT_EQ(run(op), Status::ok); }

  Bytes read(std::uint8_t proc, std::uint32_t page, std::uint32_t offset, std::uint32_t length) {
    const Answer answer = ref.perform(access_op(Kind::read, proc, page, offset, length));
    EXPECT_EQ(answer.status, Status::ok);
    return {answer.bytes.begin(), answer.bytes.end()};
  }

  Reference ref{World{}};
};

}  // namespace cow::model
