#include "proofs/report_files.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace cow::proofs {
namespace {

Report two() {
  return {{{"load", "isolation", Verdict::proved, 0.5, 3, ""},
           {"store", "permission", Verdict::refuted, 0.25, 6, "a < b & \"c\"\x01"}}};
}

TEST(ReportFiles, JsonHasARowForEachObligation) {
  const auto parsed = nlohmann::json::parse(json(two()));
  EXPECT_EQ(parsed["verdict"], "not proved");
  EXPECT_EQ(parsed["proved"], 1);
  ASSERT_EQ(parsed["results"].size(), 2U);
  EXPECT_EQ(parsed["results"][0]["paths"], 3);
  EXPECT_FALSE(parsed["results"][0].contains("note"));
  EXPECT_EQ(parsed["results"][1]["verdict"], "refuted");
  EXPECT_EQ(parsed["results"][1]["note"], "a < b & \"c\"\x01");
}

TEST(ReportFiles, JunitHasATestCaseForEachObligation) {
  const auto text = junit(two());
  EXPECT_NE(text.find("tests=\"2\" failures=\"1\" errors=\"0\""), std::string::npos) << text;
  EXPECT_NE(text.find("<testcase classname=\"load\" name=\"isolation\" time=\"0.500\"/>"),
            std::string::npos);
  EXPECT_NE(text.find("<failure message=\"refuted\">a &lt; b &amp; &quot;c&quot;?</failure>"),
            std::string::npos);
}

TEST(ReportFiles, WhatSaysNothingIsAnErrorAndNotSkipped) {
  for (const auto verdict : {Verdict::vacuous, Verdict::unknown}) {
    const auto text = junit({{{"load", "isolation", verdict, 0, 0, "no path"}}});
    EXPECT_NE(text.find("failures=\"0\" errors=\"1\""), std::string::npos) << text;
    EXPECT_NE(text.find("<error message="), std::string::npos) << text;
  }
}

}  // namespace
}  // namespace cow::proofs
