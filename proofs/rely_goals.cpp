#include "proofs/goals.h"

// What others.h lets a thread rely on while other CPUs run, as what each step guarantees.

namespace cow::proofs {

namespace {

using kernel::Law;

/// May the step take pages of the slot away? It has the space alone then, or all spaces that have
/// areas of the object.
Cond has_it_alone(const Question& q, const Slot& slot) {
  const auto& s = q.before;
  const Cond own =
      s.process_of(slot) == s.process_of(q.scene.place) || s.process_of(slot) == q.scene.forking;
  return slot == q.scene.place || slot == q.scene.child || (own && !s.is_object(slot));
}

Goal own_pages_stay(bool alone) {
  return always(Law::isolation, "others may rely on it: own pages stay", [=](auto& q) {
    const auto any = any_point().slot;
    return (Cond(alone) && has_it_alone(q, any)) || own_page_stays(q.before, q.path.after, any);
  });
}

Goal areas_stay(bool alone) {
  return always(Law::isolation, "others may rely on it: areas stay", [=](auto& q) {
    const auto any = any_point().slot;
    return (Cond(alone) && has_it_alone(q, any)) || area_stays(q.before, q.path.after, any);
  });
}

Goal lent_bytes_stay() {
  return always(Law::isolation, "others may rely on it: lent bytes stay", [](auto& q) {
    const auto any = any_point();
    return lent_byte_stays(q.before, q.path.after, q.scene.place, any.frame, any.offset);
  });
}

/// So who has a short reference to what nobody has alone may rely on its bytes for as long as that.
Goal nobody_takes_what_is_lent() {
  return always(Law::sole_writer, "others may rely on it: nobody takes alone what is lent",
                [](auto& q) {
                  const auto any = any_point().slot;
                  const auto &a = q.before, &b = q.path.after;
                  const auto frame = b.frame(any);
                  const auto had = [&](const Slot& slot) {
                    return a.present(slot) && a.exclusive(slot) && a.frame(slot) == frame;
                  };
                  return implies(b.present(any) && b.exclusive(any) && a.lent(frame) > 0,
                                 had(any) || had(q.scene.place));
                });
}

}  // namespace

std::vector<Goal> others_may_rely_on_it(bool alone) {
  return {own_pages_stay(alone), areas_stay(alone), lent_bytes_stay(), nobody_takes_what_is_lent()};
}

}  // namespace cow::proofs
