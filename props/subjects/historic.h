#pragma once

#include <memory>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "impl/historic/system.h"
#include "props/lockstep/session.h"

/// Systems that were, and sketches from textbooks, as subjects: each as it was written, with the
/// places where it breaks the laws, and repaired.
namespace cow::props {

/// One place where a system breaks a law. The story is props/traces/findings/NAME-FLAW.trace.
struct Flaw {
  std::uint32_t bit;      ///< in the `flaws` of the system's constructor
  std::string_view name;  ///< e.g. "oom-kills"
  std::string_view what;  ///< one clause
  std::string_view source;
  Law law;       ///< that breaks in its story
  bool written;  ///< false: not in it as written; a mistake to make, or a line dropped
};

struct Historic {
  std::string_view name;  ///< e.g. "linux-0.11"
  std::string_view what;
  std::span<const Flaw> flaws;
  std::unique_ptr<historic::System> (*build)(historic::Sizes sizes, std::uint32_t flaws);
};

std::span<const Historic> historic_systems();

/// A system with some of its flaws: "NAME" as written, "NAME-repaired" with none, "NAME:FLAW" with
/// this one alone.
struct HistoricSubject {
  const Historic* system = nullptr;
  std::uint32_t flaws = 0;
};

/// Its `system` is null when there is no such subject.
HistoricSubject find_historic(std::string_view name);

struct SubjectInfo;
/// All of them, for `cowcheck subjects`.
std::vector<SubjectInfo> list_historic();

std::unique_ptr<Session> open_historic(const HistoricSubject& subject, const model::World& world);

}  // namespace cow::props
