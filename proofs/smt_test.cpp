#include "proofs/smt.h"

#include <gtest/gtest.h>

#include "proofs/names.h"

namespace cow::proofs {
namespace {

TEST(Smt, TermsReadLikeAPersonWroteThem) {
  const auto writable = smt().function("writable", Slot::sort(), smt().bool_sort());
  const Cond condition(writable(Slot("place").term()));
  EXPECT_EQ(in_words((!condition).term()), "not writable(place)");
  EXPECT_EQ(in_words((Number("count") == 1).term()), "count = 1");
  EXPECT_EQ(in_words((condition && Cond("memory")).term()), "(memory and writable(place))");
}

TEST(Smt, ChooseIsAnIf) {
  Solver solver(5);
  solver.add(choose(Cond("c"), Number(1), Number(2)) == 2 && Cond("c"));
  EXPECT_EQ(solver.check(), Answer::unsatisfiable);
}

TEST(Smt, ASolverWithoutTimeSaysUnknown) {
  Solver solver(0.001);
  const Number x("x"), y("y"), z("z");
  const auto cube = [](const Number& n) { return n.term() * n.term() * n.term(); };
  solver.add(Cond(cube(x) + cube(y) + cube(z) == smt().int_val(114)));  // open in mathematics
  EXPECT_EQ(solver.check(), Answer::unknown);
}

}  // namespace
}  // namespace cow::proofs
