package dev.portcullis.config;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SectionTest {
    private static final Pattern WORD = Pattern.compile("[a-z]+");

    enum Colour {
        RED,
        GREEN
    }

    @Test
    void missing_value_has_its_default() {
        Section root = Reading.of("{}").root();
        assertThat(root.integer("a", 5, 1, 9, "")).isEqualTo(5);
        assertThat(root.millis("b", 50, 1, 90, "")).isEqualTo(50);
        assertThat(root.flag("c", true, "")).isTrue();
        assertThat(root.text("d", "x", "")).isEqualTo("x");
        assertThat(root.text("e", "y", WORD, "")).isEqualTo("y");
        assertThat(root.optionalText("f", "")).isEmpty();
        assertThat(root.secret("g", "")).isEmpty();
        assertThat(root.choice("h", Colour.GREEN, "")).isEqualTo(Colour.GREEN);
        assertThat(root.choices("i", Set.of(Colour.RED), Colour.class, "")).containsExactly(Colour.RED);
        assertThat(root.texts("j", List.of("z"), WORD, "")).containsExactly("z");
        assertThat(root.table("k", Map.of("a", 1), WORD, "a number", "", SectionTest::small))
                .isEqualTo(Map.of("a", 1));
        assertThat(root.sections("l", "", SectionTest::readItem)).isEmpty();
    }

    @Test
    void null_is_the_same_as_a_missing_value_but_its_key_must_be_known() {
        Reading reading = Reading.of("""
                {"a": null, "b": null, "c": null, "d": null, "e": null, "f": null, "g": null, "typo": null}""");
        Section root = reading.root();
        assertThat(root.integer("a", 5, 1, 9, "")).isEqualTo(5);
        assertThat(root.secret("b", "")).isEmpty();
        assertThat(root.texts("c", List.of("z"), WORD, "")).containsExactly("z");
        assertThat(root.table("d", Map.of("a", 1), WORD, "a number", "", SectionTest::small))
                .isEqualTo(Map.of("a", 1));
        assertThat(root.sections("e", "", SectionTest::readItem)).isEmpty();
        assertThat(root.section("f").flag("x", true, "")).isTrue();
        assertThat(root.choice("g", Colour.RED, "")).isEqualTo(Colour.RED);
        assertThat(root.has("a")).isFalse();
        root.refuseUnknown();
        assertThat(reading.problems()).singleElement().asString().startsWith("typo: is not known");
    }

    @Test
    void every_kind_of_value_is_read() {
        Reading reading = Reading.of("""
                {"a": 9, "b": 90, "c": false, "d": "text", "e": "word", "f": "given", "g": "hush", "h": "green",
                 "i": ["green", "red"], "j": ["one", "two"], "k": {"x": 1, "y": 2}, "l": [{"n": 3}, {"n": 4}]}""");
        Section root = reading.root();
        assertThat(root.integer("a", 5, 1, 9, "")).isEqualTo(9);
        assertThat(root.millis("b", 50, 1, 90, "")).isEqualTo(90);
        assertThat(root.flag("c", true, "")).isFalse();
        assertThat(root.text("d", "x", "")).isEqualTo("text");
        assertThat(root.text("e", "y", WORD, "")).isEqualTo("word");
        assertThat(root.optionalText("f", "")).contains("given");
        assertThat(root.secret("g", "").map(Secret::reveal)).contains("hush");
        assertThat(root.choice("h", Colour.RED, "")).isEqualTo(Colour.GREEN);
        assertThat(root.choices("i", Set.of(), Colour.class, "")).containsExactly(Colour.RED, Colour.GREEN);
        assertThat(root.texts("j", List.of(), WORD, "")).containsExactly("one", "two");
        assertThat(root.table("k", Map.of(), WORD, "a number", "", SectionTest::small))
                .containsExactly(Map.entry("x", 1), Map.entry("y", 2));
        assertThat(root.sections("l", "", SectionTest::readItem)).containsExactly(3, 4);
        root.refuseUnknown();
        assertThat(reading.problems()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "0",
                "10",
                "-1",
                "9.0",
                "1e0",
                "1.5",
                "\"5\"",
                "true",
                "[]",
                "{}",
                "99999999999999999999",
                "1e999999999"
            })
    void number_that_is_not_whole_or_out_of_bounds_is_refused(String value) {
        Reading reading = Reading.of("{\"a\": " + value + "}");
        assertThat(reading.root().integer("a", 5, 1, 9, "")).isEqualTo(5);
        assertThat(reading.problems())
                .singleElement()
                .asString()
                .startsWith("a: is ")
                .endsWith("; a whole number from 1 to 9 is needed");
    }

    @ParameterizedTest
    @ValueSource(strings = {"1", "9"})
    void bounds_are_inclusive(String value) {
        Reading reading = Reading.of("{\"a\": " + value + "}");
        assertThat(reading.root().integer("a", 5, 1, 9, "")).hasToString(value);
        assertThat(reading.problems()).isEmpty();
    }

    @Test
    void number_without_a_default_is_required() {
        Reading reading = Reading.of("{}");
        assertThat(reading.root().number("a", null, 1, 9, "")).isEqualTo(1);
        assertThat(reading.problems()).containsExactly("a: is missing; a whole number from 1 to 9 is needed");
        assertThat(reading.setting("a").fallback()).isEqualTo("required");
    }

    @Test
    void invalid_value_is_reported_with_the_required_form() {
        Reading reading = Reading.of("""
                {"a": "yes", "b": "Red", "c": ["red", "blue", null], "d": "UPPER", "e": "", "f": {"x": 12, "Y": 1, "z": null},
                 "g": "one", "h": [1], "i": {}, "j": 7, "k": [{"n": 1}, 2, null], "l": "x", "m": []}""");
        Section root = reading.root();
        root.flag("a", false, "");
        root.choice("b", Colour.GREEN, "");
        root.choices("c", Set.of(), Colour.class, "");
        root.text("d", "x", WORD, "");
        root.optionalText("e", "");
        root.table("f", Map.of(), WORD, "a number below 10", "", SectionTest::small);
        root.texts("g", List.of(), WORD, "");
        root.texts("h", List.of(), WORD, "");
        root.texts("i", List.of(), WORD, "");
        root.section("j").flag("x", true, "");
        root.sections("k", "", SectionTest::readItem);
        root.sections("l", "", SectionTest::readItem);
        root.table("m", Map.of(), WORD, "a number", "", SectionTest::small);
        assertThat(reading.problems())
                .containsExactly(
                        "a: is \"yes\"; true or false is needed",
                        "b: is \"Red\"; one of red, green is needed",
                        "c[1]: is \"blue\"; one of red, green is needed",
                        "c[2]: is null; one of red, green is needed",
                        "d: is \"UPPER\"; a text of the form [a-z]+ is needed",
                        "e: is \"\"; a text of 1 to 8192 characters is needed",
                        "f.x: is 12; a number below 10 is needed",
                        "f.Y: is not known; keys are of the form [a-z]+",
                        "f.z: is null; a number below 10 is needed",
                        "g: is a text; a list is needed",
                        "h[0]: is 1; a text of the form [a-z]+ is needed",
                        "i: is an object; a list is needed",
                        "j: is a number; an object is needed",
                        "k[1]: is a number; an object is needed",
                        "k[2]: is null; an object is needed",
                        "l: is a text; a list of objects is needed",
                        "m: is a list; an object is needed");
    }

    @Test
    void unknown_keys_are_reported_at_every_depth_with_a_suggestion() {
        Reading reading = Reading.of("""
                {"http": {"prot": 1, "x": {}}, "items": [{"n": 1, "m": 2}], "rows": {"edeg": 1}, "htpt": {}}""");
        Section root = reading.root();
        root.section("http").integer("port", 1, 0, 9, "");
        root.section("http").text("host", "", "");
        root.sections("items", "", SectionTest::readItem);
        root.table("rows", Map.of(), Pattern.compile("edge|auth"), "a number", "", SectionTest::small);
        root.refuseUnknown();
        assertThat(reading.problems())
                .containsExactly(
                        "rows.edeg: is not known; did you mean edge?",
                        "htpt: is not known; did you mean http?",
                        "http.prot: is not known; did you mean port?",
                        "http.x: is not known; known here: port, host",
                        "items[0].m: is not known; did you mean n?");
    }

    @Test
    void section_may_be_read_by_two_records() {
        Reading reading = Reading.of("{\"http\": {\"port\": 1, \"host\": \"x\"}}");
        reading.root().section("http").integer("port", 1, 0, 9, "first");
        reading.root().section("http").text("host", "", "");
        reading.root().section("http").integer("port", 1, 0, 9, "second");
        reading.root().refuseUnknown();
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.reading().settings()).extracting(Setting::path).containsExactly("http.port", "http.host");
        assertThat(reading.setting("http.port").about()).isEqualTo("first");
    }

    /** The rule would check the default, which the operator did not write. */
    @Test
    void invalid_value_is_reported_once_and_rules_ignore_its_default() {
        Reading reading = Reading.of(
                "{\"a\": 99, \"b\": [\"X\"], \"c\": 1, \"d\": [1, {\"n\": 1}], \"e\": {\"$env\": \"UNSET\"}}");
        Section root = reading.root();
        root.integer("a", 0, 0, 9, "");
        root.problem("a", "is off", "switch it on");
        root.texts("b", List.of(), WORD, "");
        root.problem("b", "is empty", "name one");
        root.section("c").problem("x", "is off", "switch it on");
        root.sections("d", "", SectionTest::readItem);
        root.problem("d[1].n", "is small", "raise it");
        root.optionalText("e", "");
        root.problem("e", "is missing", "give one");
        assertThat(reading.problems())
                .containsExactly(
                        "a: is 99; a whole number from 0 to 9 is needed",
                        "b[0]: is \"X\"; a text of the form [a-z]+ is needed",
                        "c: is a number; an object is needed",
                        "d[0]: is a number; an object is needed",
                        "d[1].n: is small; raise it",
                        "e: the environment variable UNSET is not set; set it");
    }

    @Test
    void value_may_violate_several_rules() {
        Reading reading = Reading.of("{\"a\": 1}");
        reading.root().integer("a", 0, 0, 9, "");
        reading.root().problem("a", "is odd", "double it");
        reading.root().problem("a", "is small", "raise it");
        assertThat(reading.problems()).containsExactly("a: is odd; double it", "a: is small; raise it");
    }

    /** A key or value of a malicious or damaged file must not write to the operator's terminal (CWE-150). */
    @Test
    void problem_is_one_short_line_without_control_characters() {
        Reading reading = Reading.of(
                "{\"\\u001b[2J\\nx\": 1, \"a\": \"\\u001b]0;\\u0007\\n\\u202e\\u0085" + "y".repeat(9_000) + "\"}");
        reading.root().integer("a", 1, 0, 9, "");
        reading.root().refuseUnknown();
        assertThat(reading.problems())
                .hasSize(2)
                .allSatisfy(line -> assertThat(line).hasSizeLessThan(200).doesNotContainPattern("[\\p{Cc}\\p{Cf}]"));
    }

    @Test
    void empty_list_of_objects_shows_its_shape_on_the_reference_page() {
        Reading reading = Reading.of("{}");
        reading.root().sections("items", "things", item -> item.number("n", null, 0, 9, "how many"));
        assertThat(reading.problems()).isEmpty();
        assertThat(reading.setting("items").fallback()).isEqualTo("[]");
        assertThat(reading.setting("items[].n"))
                .isEqualTo(new Setting("items[].n", "number 0 to 9", "required", "how many", "null", false));
    }

    @Test
    void setting_has_kind_default_meaning_and_value() {
        Reading reading = Reading.of("{\"a\": 3, \"b\": \"green\", \"c\": \"hush\"}");
        reading.root().integer("a", 5, 1, 9, "how many");
        reading.root().choice("b", Colour.RED, "which");
        reading.root().secret("c", "what no one may see");
        reading.root().secret("d", "what no one may see");
        assertThat(reading.reading().settings())
                .containsExactly(
                        new Setting("a", "number 1 to 9", "5", "how many", "3", false),
                        new Setting("b", "one of red, green", "\"red\"", "which", "\"green\"", false),
                        new Setting(
                                "c",
                                "secret",
                                "none",
                                "what no one may see",
                                "\"[REDACTED]\"",
                                new Secret("\"hush\""),
                                false),
                        new Setting("d", "secret", "none", "what no one may see", "null", false));
    }

    private static Optional<Integer> small(Object row) {
        return row instanceof Long number && number < 10 ? Optional.of(number.intValue()) : Optional.empty();
    }

    private static int readItem(Section item) {
        return item.integer("n", 0, 0, 9, "how many");
    }
}
