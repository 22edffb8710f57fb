#include "proofs/premises.h"

namespace cow::proofs {

namespace {

using kernel::Law;

Cond is_of(const State& s, const Slot& slot, const Process& process) {
  return s.process_of(slot) == process && !s.is_object(slot);
}

/// The body of the loop: it keeps the laws, and the invariant of the loop.
Spec exit_page() {
  const auto kept = always(Law::no_leak, "loop invariant: what was visited is empty", [](auto& q) {
    const auto slot = any_point().slot;
    const auto& after = q.path.after;
    return implies(after.visited(slot), after.empty_at(slot)) && after.visited(q.scene.place);
  });
  Spec spec{Step::exit_page,
            "exit_page",
            "zap_page",
            {given("the slot is the exiting process's",
                   [](auto& s, auto& c) { return is_of(s, c.place, c.forking); }),
             given_of_all("loop invariant: what was visited is empty",
                          [](auto& s, auto&, auto& slot) {
                            return implies(s.visited(slot), s.empty_at(slot));
                          })},
            {other_views_are_kept(), last_holder_frees(), last_namer_frees(), kept}};
  spec.marks.goes = true;
  return spec;
}

Spec exit_end() {
  const auto holds_nothing = always(Law::no_leak, "the process holds no frame", [](auto& q) {
    const auto any = any_point();
    const auto& ledger = q.before.ledger;
    const auto holder = ledger.owner(any.frame, any.index);
    return implies(any.index >= 0 && any.index < ledger.holders(any.frame),
                   !is_of(q.before, holder, q.scene.forking));
  });
  const auto names_nothing = always(Law::no_leak, "the process names no page of swap", [](auto& q) {
    const auto any = any_point();
    const auto& ledger = q.before.swap_ledger;
    const auto namer = ledger.owner(any.swap, any.index);
    return implies(any.index >= 0 && any.index < ledger.holders(any.swap),
                   !is_of(q.before, namer, q.scene.forking));
  });
  Spec spec{Step::exit_end,
            "exit_end",
            "exit",
            {given_of_all("the loop has visited every slot of the process",
                          [](auto& s, auto& c, auto& slot) {
                            return implies(is_of(s, slot, c.forking), s.empty_at(slot));
                          })},
            {holds_nothing, names_nothing}};
  spec.runs_code = false;
  return spec;
}

Spec all_gone() {
  Spec spec{Step::all_gone,
            "all_gone",
            "exit",
            {given_of_all("no process and no object is left",
                          [](auto& s, auto&, auto& slot) { return s.empty_at(slot); }),
             {"their pins are dropped", std::nullopt, Over::frame,
              [](auto& s, auto& p) { return s.pins(p.frame) == 0; }},
             {"no entry of another size is left", std::nullopt, Over::frame,
              [](auto& s, auto& p) { return s.others(p.frame) == 0; }},
             {"no CPU is in the middle of a step", std::nullopt, Over::frame,
              [](auto& s, auto& p) { return s.lent(p.frame) == 0 && s.passing(p.frame) == 0; }}},
            {always(Law::no_leak, "every frame is free",
                    [](auto& q) {
                      const auto frame = any_point().frame;
                      return q.before.is_free(frame) || is_zero_frame(frame);
                    }),
             always(Law::no_leak, "every page of swap is free",
                    [](auto& q) { return q.before.names(any_point().swap) == 0; })}};
  spec.runs_code = false;
  return spec;
}

}  // namespace

std::vector<Spec> exit_steps() { return {exit_page(), exit_end(), all_gone()}; }

}  // namespace cow::proofs
