#pragma once

#include <gtest/gtest.h>
#include <string>

#include "model/trace_text.h"
#include "props/subjects/embedded.h"

/// What the tests of promises share.
namespace cow::props {

using TinySubject = Embedded<machine::ByteMachine<machine::Tiny>>;

/// A subject that has performed the operations, each of them successfully and as promised.
inline TinySubject after(const std::string& operations, model::World world = {}) {
  TinySubject subject(world);
  subject.reset();
  for (const auto& op : model::parse(operations).trace.ops) {
    EXPECT_EQ(subject.perform(op).status, model::Status::ok) << operations;
    EXPECT_FALSE(subject.broke_promise()) << operations;
  }
  return subject;
}

inline model::Op one(const std::string& operation) {
  return model::parse(operation).trace.ops.front();
}

}  // namespace cow::props
