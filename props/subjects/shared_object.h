#pragma once

#include <algorithm>
#include <memory>
#include <string>
#include <vector>

#include "props/lockstep/session.h"
#include "props/lockstep/subject.h"
#include "props/subjects/library.h"

namespace cow::props {

/// A subject in a shared object: the operations, and what the foreign code said that no subject
/// may say. Such an answer becomes the status `stuck` and a finding; it never harms the caller,
/// but a wild pointer can, which is why engines run subjects in a process of their own.
class SharedObject {
 public:
  /// Throws SubjectError if the library cannot play in `world`.
  SharedObject(const Library& library, const model::World& world);

  /// Throws SubjectError if the subject cannot create a memory.
  void reset();
  model::Answer perform(const model::Op& op);
  bool supports(const model::Op& op) const;
  bool audit();
  std::vector<Finding> findings() const { return findings_; }
  std::string describe() const;

 protected:
  Seen look(std::uint32_t process, std::uint32_t page) const;  ///< needs the function `view`
  Costs count() const;                                         ///< needs the function `costs`

 private:
  const cowcheck_subject& functions() const { return library_.functions; }
  void* memory() const { return memory_.get(); }
  void complain(Law law, const std::string& what) const;

  struct Destroy {
    void (*destroy)(void*);
    void operator()(void* memory) const { destroy(memory); }
  };

  std::uint64_t address(const model::Op& op) const {
    return std::uint64_t{op.page} * page_bytes_ + op.offset;
  }
  /// A length that cannot fit into the world is cut to one byte too long for it.
  std::uint32_t fitting_length(const model::Op& op) const {
    return std::min(op.length, world_.pages * page_bytes_ + 1);
  }
  std::uint32_t pin_bit(const model::Op& op) const {
    return 1U << (op.proc * model::max_pins + op.pin);
  }
  /// Why the operation makes no sense, or ok.
  model::Status nonsense(const model::Op& op) const;
  model::Status nonsense_of_pin(const model::Op& op) const;
  /// The subject's answer, whatever it is.
  int call(const model::Op& op);
  int read(const model::Op& op);
  int write(const model::Op& op);
  int call_device(const model::Op& op);
  /// Makes `buffer_` ready for a read, or fills it with what is to be written.
  void clear_buffer(std::uint32_t length);
  void fill_buffer(const model::Op& op);
  void check_guard(const model::Op& op) const;
  void follow(const model::Op& op);
  model::Status checked(const model::Op& op, int answer) const;
  void audit_itself();

  Library library_;
  model::World world_;
  std::uint32_t page_bytes_;
  std::unique_ptr<void, Destroy> memory_;
  std::uint32_t alive_ = 1;  ///< one bit a process, as far as the subject's answers tell
  std::uint32_t held_ = 0;   ///< one bit a pin, likewise
  std::vector<std::uint8_t> buffer_;
  mutable std::vector<std::uint8_t> room_;   ///< for views
  mutable std::vector<Finding> complaints_;  ///< since the last audit
  std::vector<Finding> findings_;
};

// What a shared object can do is known when it is loaded; the lockstep wants it as a type.

/// One that has the function `view`.
class VisibleObject : public SharedObject {
 public:
  using SharedObject::SharedObject;
  Seen seen(std::uint32_t process, std::uint32_t page) const { return look(process, page); }
};

/// One that has `costs`, too.
class CostedObject final : public VisibleObject {
 public:
  using VisibleObject::VisibleObject;
  Costs costs() const { return count(); }
};

/// A fresh session. Throws SubjectError.
std::unique_ptr<Session> open_shared_object(const Library& library, const model::World& world);

}  // namespace cow::props
