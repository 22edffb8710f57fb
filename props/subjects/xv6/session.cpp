#include "props/subjects/xv6/session.h"

#include <vector>

#include "props/lockstep/lockstep.h"
#include "props/subjects/xv6/xv6.h"

namespace cow::props::xv6 {

namespace {

class Xv6Session final : public Lockstep<Xv6> {
 public:
  using Lockstep::Lockstep;

  void reset() override {
    ops_.clear();
    looked_at_ = never;
    failure_.reset();
    begin(true);
  }

  bool step(const model::Op& op) override {
    ops_.push_back(op);
    if (Lockstep::step(op)) return true;
    return subject().went_wrong() && one_by_one();
  }

  bool look_at_everything() override {
    looked_at_ = ops_.size();
    return Lockstep::look_at_everything();
  }

  const Failure& failure() const override { return failure_ ? *failure_ : Lockstep::failure(); }
  /// What a pass does not mean.
  std::vector<std::string> notes() override { return subject().notes(); }

 private:
  static constexpr std::size_t never = ~std::size_t{0};

  void begin(bool ahead) {
    subject().run_ahead(ahead);
    Lockstep::reset();
  }

  std::uint64_t times_starved() const {
    std::uint64_t sum = 0;
    for (const auto& statuses : census().counts)
      sum += statuses[static_cast<std::size_t>(model::Status::no_memory)];
    return sum;
  }

  /// Where did it go wrong? True: nowhere. Memory that ran out is no answer that was foreseen.
  bool one_by_one() {
    const auto starved = times_starved();
    begin(false);
    for (std::size_t i = 0; i < ops_.size(); ++i) {
      if (i == looked_at_ && !Lockstep::look_at_everything()) return false;
      if (!Lockstep::step(ops_[i])) return false;
    }
    if (times_starved() != starved || subject().goes_well_again()) return true;
    failure_ = Failure{Law::progress,
                       Manner::law,
                       ops_.size() - 1,
                       ops_.back(),
                       {{Law::progress,
                         "processes that take turns by themselves answer otherwise than when each "
                         "is asked alone, which went well"}}};
    return false;
  }

  std::vector<model::Op> ops_;
  std::size_t looked_at_ = never;  ///< before which operation everything was looked at
  std::optional<Failure> failure_;
};

}  // namespace

std::unique_ptr<Session> make_session(const model::World& world, const Image& image) {
  return std::make_unique<Xv6Session>(world, world, image);
}

}  // namespace cow::props::xv6
