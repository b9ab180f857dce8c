package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

class EffectiveValuesTest {
    @Test
    void defaults_and_given_values_are_printed_as_one_tree_with_redacted_secrets() {
        Reading reading = Reading.of("""
                {"http": {"port": {"$env": "PORT"}}, "issuers": [{"secret": "hunter2", "inner": {"n": 1}}, {}],
                 "names": [{"$env": "HUSH"}]}""", Map.of("PORT", "81", "HUSH", "hunter2"));
        Section root = reading.root();
        root.flag("dev", false, "");
        root.section("http").integer("port", 80, 0, 99, "");
        root.section("http").optionalText("host", "");
        root.sections("issuers", "", issuer -> {
            issuer.section("inner").integer("n", 7, 0, 9, "");
            return issuer.secret("secret", "").isPresent();
        });
        root.sections("none", "", item -> item.flag("x", true, ""));
        root.texts("names", List.of(), Pattern.compile(".*"), "");
        assertThat(EffectiveValues.of(reading.reading().settings())).isEqualTo("""
                        {
                          "dev": false,
                          "http": {
                            "port": 81,
                            "host": null
                          },
                          "issuers": [ {
                            "inner": {
                              "n": 1
                            },
                            "secret": "[REDACTED]"
                          }, {
                            "inner": {
                              "n": 7
                            },
                            "secret": null
                          } ],
                          "none": [ ],
                          "names": [ {
                            "$env": "HUSH"
                          } ]
                        }""");
    }
}
