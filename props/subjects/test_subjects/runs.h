#pragma once

#include <gtest/gtest.h>
#include <optional>
#include <string>
#include <vector>

#include "props/draw/draw.h"
#include "props/subjects/shared_object.h"
#include "props/subjects/test_subjects/kernel_subject.h"

namespace cow::props {

using model::Kind;
using model::Op;

/// The failure of the first of `traces` drawn traces that fails, if any.
inline std::optional<Failure> run_drawn(Session& session, const model::World& world,
                                        std::uint64_t traces) {
  for (std::uint64_t seed = 0; seed < traces; ++seed) {
    session.reset();
    Draw draw(world, seed);
    for (int i = 0; i < 100; ++i) {
      if (!session.step(draw.next(session.reference()))) return session.failure();
      if (session.reference().living() == 0) break;
    }
    if (!session.look_at_everything()) return session.failure();
  }
  return std::nullopt;
}

inline std::unique_ptr<Session> open_kernel(const cowcheck_subject& functions) {
  return open_shared_object({"kernel.so", functions, nullptr}, model::World{});
}

inline Op op_of(Kind kind, std::uint32_t page = 0, std::uint32_t count = 0,
                std::uint32_t length = 0) {
  Op op;
  op.kind = kind;
  op.page = page;
  op.count = count;
  op.length = length;
  if (kind == Kind::map) op.access = model::Access::write;
  if (kind == Kind::fork) op.child = 1;
  return op;
}

inline const Op map_two = op_of(Kind::map, 0, 2);
inline const Op write_first = op_of(Kind::write, 0, 0, 4);
inline const Op read_first = op_of(Kind::read, 0, 0, 4);

/// What was found after the operations, of which only the last may fail: "law: text" each.
inline std::vector<std::string> findings_after(Session& session, const std::vector<Op>& ops) {
  session.reset();
  std::vector<std::string> findings;
  for (std::size_t i = 0; i < ops.size(); ++i) {
    if (session.step(ops[i])) continue;
    EXPECT_EQ(i + 1, ops.size());
    for (const auto& [law, text] : session.failure().findings) {
      findings.push_back(std::string(kernel::name(law)) + ": " + text);
    }
    return findings;
  }
  return findings;
}

/// Does one of the findings contain `text`?
inline testing::AssertionResult tells(const std::vector<std::string>& findings,
                                      const std::string& text) {
  auto no = testing::AssertionFailure() << "only found:";
  for (const auto& finding : findings) {
    if (finding.find(text) != std::string::npos) return testing::AssertionSuccess();
    no << "\n  " << finding;
  }
  return no;
}

}  // namespace cow::props
