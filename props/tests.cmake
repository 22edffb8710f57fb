# Tests of the folders that have no CMakeLists.txt of their own.
cow_test(props_test
  draw/draw_test.cpp
  draw/draw_world_test.cpp
  draw/random_test.cpp
  lockstep/fault_bound_test.cpp
  lockstep/lockstep_test.cpp
  lockstep/given_up_test.cpp
  lockstep/lost_pages_test.cpp
  lockstep/pin_sharing_test.cpp
  lockstep/pins_test.cpp
  lockstep/session_test.cpp
  lockstep/sharing_bound_test.cpp
  lockstep/sharing_of_hints_test.cpp
  LIBS cow_props)

cow_test(properties_test properties_test.cpp LIBS cow_props rapidcheck)

cow_test(shrink_test
  shrink/passes_test.cpp
  shrink/shrink_embedded_test.cpp
  shrink/shrink_test.cpp
  shrink/stories_test.cpp
  LIBS cow_props)

cow_test(export_test export/c_program_test.cpp LIBS cow_run)

cow_test(selftest_test selftest/selftest_test.cpp LIBS cow_run)

cow_test(historic_test subjects/historic_test.cpp LIBS cow_run)
