package dev.portcullis.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.JsonTree;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaJudgeTest {
    @ParameterizedTest
    @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
            {"type":"string"}                                              @ 1                       @  type
            {"type":["string","null"]}                                     @ null                    @
            {"type":"integer"}                                             @ 1.0                     @
            {"type":"integer"}                                             @ 1.5                     @  type
            {"properties":{"a":{"type":"string"}}}                         @ {"a":1}                 @ /a type
            {"required":["a","b"]}                                         @ {"a":1}                 @ /b required
            {"required":["a/b"]}                                           @ {}                      @ /a~1b required
            {"additionalProperties":false,"properties":{"a":{}}}           @ {"a":1,"b c":2}         @ /b c additionalProperties
            {"properties":{"a":{"type":"string"}},"additionalProperties":{"type":"object"}} @ {"a":1,"b":{}} @ /a type
            {"additionalProperties":{"type":"string"}}                     @ {"a":1}                 @ /a type
            {"unevaluatedProperties":false,"allOf":[{"properties":{"a":{}}}]} @ {"a":1,"b":2}        @ /b unevaluatedProperties
            {"dependentRequired":{"a":["b"]}}                              @ {"a":1}                 @ /b dependentRequired
            {"items":{"type":"string"}}                                    @ ["a",1,2]               @ /1 type, /2 type
            {"prefixItems":[{"type":"string"}],"items":false}              @ ["a",1]                 @ /1 items
            {"maxItems":2}                                                 @ [1,2,3]                 @  maxItems
            {"minItems":2.0}                                               @ [1]                     @  minItems
            {"maxItems":5000000000}                                        @ [1]                     @
            {"maxProperties":1}                                            @ {"a":1,"b":2}           @  maxProperties
            {"uniqueItems":true}                                           @ [1,{"a":[1]},{"a":[1.0]}] @  uniqueItems
            {"contains":{"type":"string"}}                                 @ [1,2]                   @  contains
            {"items":{},"contains":{"type":"string"}}                      @ [1,2]                   @  contains
            {"prefixItems":[{},{}],"items":{"type":"integer"},"contains":{"type":"string"}} @ [1,2,3,4,5,6,7,8,9,true] @ /9 type, contains
            {"items":{"prefixItems":[{}],"items":{},"contains":{"type":"string"},"minContains":2}} @ [["a","b"],["a",2]] @ /1 minContains
            {"contains":{"type":"string"},"maxContains":1}                 @ [1]                     @  minContains
            {"anyOf":[{"type":"string"},{"properties":{"a":{"type":"string"}},"required":["b"]}]} @ {"a":1} @  anyOf
            {"properties":{"a":{"oneOf":[{"type":"string"},{"maxLength":3}]}}} @ {"a":"x"}           @ /a oneOf
            {"not":{"type":"string"}}                                      @ "a"                     @  not
            {"allOf":[{"required":["a"]},{"required":["b"]}]}              @ {}                      @ /a required, /b required
            {"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}} @ {"a":1} @ /b required
            {"if":{"required":["a"]},"then":{"required":["b"]},"else":{"required":["c"]}} @ {"b":1} @ /c required
            {"$ref":"#/$defs/n","$defs":{"n":{"type":"string"}}}           @ 1                       @  type
            {"properties":{"next":{"$ref":"#"},"v":{"type":"string"}}}     @ {"next":{"next":{"v":1}}} @ /next/next/v type
            {"propertyNames":{"pattern":"^[a-z]*$"}}                       @ {"A":1}                 @ /A propertyNames
            {"patternProperties":{"^a$":{"type":"string"}},"additionalProperties":false} @ {"a":1,"a\\n":1} @ `/a type, /a\n additionalProperties`
            {"pattern":"^(?:a|b)+$"}                                       @ "ab\\n"                 @  pattern
            {"pattern":"^[a-z]+$"}                                         @ "ab\\n"                 @  pattern
            {"pattern":"b"}                                                @ "abc"                   @
            {"pattern":"^\\\\p{L}+$"}                                      @ "Ж"                     @
            {"format":"date-time"}                                         @ "2026-11-25T13:00:00Z"  @
            {"format":"date-time"}                                         @ "2026-11-25 13:00"      @  format
            {"format":"email","pattern":"^a"}                              @ "b"                     @  pattern,  format
            {"items":{"format":"duration"}}                                @ ["P1Y2M","PT5S","P3W","P","P1YT","1Y"] @ /3 format, /4 format, /5 format
            {"items":{"format":"email"}}                                   @ ["a\\u0040b.c","\\u0040b.c","a b\\u0040c"] @ /1 format, /2 format
            {"format":"email"}                                             @ 5                       @
            {"enum":["a",1,{"b":[1]},null]}                                @ {"b":[1.0]}             @
            {"enum":["a",1]}                                               @ "b"                     @  enum
            {"const":null}                                                 @ null                    @
            {"const":1}                                                    @ true                    @  const
            {"multipleOf":0.5}                                             @ 1.25                    @  multipleOf
            {"multipleOf":0.01}                                            @ -19.99                  @
            {"multipleOf":0.01}                                            @ 12345678901.23          @
            {"multipleOf":0.1}                                             @ 1e10                    @
            {"multipleOf":0.1}                                             @ 0.30000000000000004     @  multipleOf
            {"multipleOf":3}                                               @ -9                      @
            {"multipleOf":3}                                               @ 1e300                   @  multipleOf
            {"properties":{"a":false}}                                     @ {"a":1}                 @ /a properties
            {"patternProperties":{"^a":false}}                             @ {"ab":1}                @ /ab patternProperties
            {"items":false}                                                @ [1]                     @ /0 items
            {"anyOf":[false,{"type":"string"}]}                            @ 1                       @  anyOf
            {"if":true,"then":false}                                       @ 1                       @  if
            {"if":false,"else":false}                                      @ 1                       @  if
            {"dependentSchemas":{"a":false}}                               @ {"a":1}                 @  dependentSchemas
            {"propertyNames":false}                                        @ {"a":1}                 @ /a propertyNames
            {"contains":false}                                             @ [1]                     @  contains
            {"not":true}                                                   @ 1                       @  not
            {"const":10000000000000000}                                    @ 1e16                    @
            {"const":9007199254740993}                                     @ 9007199254740992        @
            {"uniqueItems":true,"maxItems":9}                              @ [1e16,10000000000000000] @  uniqueItems
            {"pattern":"^a$","maxLength":4294967296}                       @ "zzz"                   @  pattern
            {"patternProperties":{"^a":{"type":"string"},"^[a]":{"minLength":3}}} @ {"a":1}          @ /a type
            {"patternProperties":{"^a":{"type":"string"},"^[a]":{"minLength":3}}} @ {"a":"xy"}       @ /a minLength
            {"minLength":2}                                                @ "é"                     @  minLength
            {"maxLength":1}                                                @ "😀"                    @
            true                                                           @ 1                       @
            false                                                          @ 1                       @  not
            {"unevaluatedProperties":false,"if":{"properties":{"a":{"const":1}},"required":["a","b"]}} @ {"a":1} @ /a unevaluatedProperties
            {"unevaluatedProperties":false,"if":{"properties":{"a":{"const":1}}}} @ {"a":1}          @
            """)
    void value_is_judged_at_the_keyword_and_the_place(String schema, String value, String violations) {
        String all = violations == null ? "" : violations;
        assertThat(String.join(",", shown(SchemaJudge.of(parsed(schema)).judge(parsed(value))))
                        .replace(" ", ""))
                .isEqualTo(all.replace(" ", ""));
    }

    /** ECMA-262 without the flags i, m and s: 22.2.2.4 (assertions), 22.2.2.9 (classes), 12.2 and 12.3 (white space, line ends). {@code <00e9>} is a code point. */
    @ParameterizedTest
    @CsvSource(quoteCharacter = '`', ignoreLeadingAndTrailingWhitespace = true, textBlock = """
            \\ba,     `<00e9>a`,   true
            \\ba,     `ba`,        false
            \\ba,     `_a`,        false
            \\ba,     `-a`,        true
            a\\b,     `a<00e9>`,   true
            a\\b,     `a<0301>`,   true
            a\\b,     `a<0663>`,   true
            a\\b,     `a0`,        false
            \\bs,     `<017f>s`,   true
            \\b<00e9>, `<00e9>`,   false
            \\b<00e9>, `a<00e9>`,  true
            \\B<00e9>, `<00e9>`,   true
            \\B<00e9>, `a<00e9>`,  false
            \\b<0663>, `<0663>`,   false
            a\\Bb,    `ab`,        true
            <00e9>\\B, `<00e9><00e9>`, true
            <00e9>\\b, `<00e9><00e9>`, false
            ^\\b$,    ``,          false
            ^\\B$,    ``,          true
            ^\\w$,    `a`,         true
            ^\\w$,    `_`,         true
            ^\\w$,    `0`,         true
            ^\\w$,    `<00e9>`,    false
            ^\\w$,    `<017f>`,    false
            ^\\w$,    `<212a>`,    false
            ^\\w$,    `<0663>`,    false
            ^\\W$,    `<00e9>`,    true
            ^\\W$,    `😀`,        true
            ^\\d$,    `5`,         true
            ^\\d$,    `<0663>`,    false
            ^\\D$,    `<0663>`,    true
            ^\\s$,    ` `,         true
            ^\\s$,    `\t`,        true
            ^\\s$,    `<000b>`,    true
            ^\\s$,    `\n`,        true
            ^\\s$,    `<2028>`,    true
            ^\\s$,    `<2029>`,    true
            ^\\s$,    `<00a0>`,    true
            ^\\s$,    `<1680>`,    true
            ^\\s$,    `<202f>`,    true
            ^\\s$,    `<3000>`,    true
            ^\\s$,    `<feff>`,    true
            ^\\s$,    `<0085>`,    false
            ^\\s$,    `<180e>`,    false
            ^\\s$,    `<200b>`,    false
            ^\\S$,    `<0085>`,    true
            ^\\S$,    `<feff>`,    false
            ^.$,      `a`,         true
            ^.$,      `😀`,        true
            ^.$,      `<0085>`,    true
            ^.$,      `<000b>`,    true
            ^.$,      `\n`,        false
            ^.$,      `\r`,        false
            ^.$,      `<2028>`,    false
            ^.$,      `<2029>`,    false
            ^a$,      `a`,         true
            ^a$,      `a\n`,       false
            ^a$,      `a\r\n`,     false
            ^a$,      `a<2028>`,   false
            ^a$,      `a<0085>`,   false
            ^a$,      `\na`,       false
            a$,       `b\na`,      true
            a$,       `a\nb`,      false
            a$,       `a\n`,       false
            a$,       `a<2028>b`,  false
            ^b,       `a\nb`,      false
            ^b,       `a<2028>b`,  false
            ^$,       ``,          true
            ^$,       `\n`,        false
            """)
    void pattern_matches_texts_and_names_as_ECMA_262_has_it(String written, String value, boolean matches) {
        String pattern = withCodePoints(written);
        String text = withCodePoints(value);
        assertThat(SchemaJudge.of(Map.of("pattern", pattern)).judge(text).isEmpty())
                .as("pattern")
                .isEqualTo(matches);
        assertThat(SchemaJudge.of(Map.of("patternProperties", Map.of(pattern, false)))
                        .judge(Map.of(text, 1L))
                        .isEmpty())
                .as("patternProperties")
                .isNotEqualTo(matches);
    }

    private static String withCodePoints(String text) {
        return Pattern.compile("<([0-9a-f]{4})>")
                .matcher(text)
                .replaceAll(found -> Character.toString(Integer.parseInt(found.group(1), 16)));
    }

    @Test
    void names_that_a_client_made_up_are_left_out_when_they_are_long_or_ill_formed() {
        SchemaJudge judge = SchemaJudge.of(Map.of("additionalProperties", Map.of("type", "string")));

        assertThat(judge.judge(Map.of("x".repeat(65), 1L))).containsExactly(new Violation("", "type"));
        assertThat(judge.judge(Map.of("\ud800", 1L))).containsExactly(new Violation("", "type"));
        assertThat(judge.judge(Map.of("a\u0001b%/~", 1L))).containsExactly(new Violation("/a\u0001b%~1~0", "type"));
    }

    /** A part between two names of the path was left out, so that it led to a field of another object. */
    @ParameterizedTest
    @ValueSource(strings = {"xxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxxx", "\ud800"})
    void field_below_a_name_that_is_left_out_is_told_at_the_object_with_the_name(String name) {
        SchemaJudge judge = SchemaJudge.of(
                parsed(
                        "{\"properties\":{\"a\":{\"additionalProperties\":{\"required\":[\"q\"],\"items\":{\"type\":\"string\"}}}}}"));

        assertThat(shown(judge.judge(Map.of("a", Map.of(name, Map.of()))))).containsExactly("/a required");
        assertThat(shown(judge.judge(Map.of("a", Map.of(name, List.of(1L)))))).containsExactly("/a type");
    }

    /** The names of fields that are missing stand in sentences of the library, and those around it in its locations. */
    @Test
    void missing_field_is_told_by_its_whole_name_below_its_object() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        for (int i = 0; i < 500; i++) {
            String outer = oddName(random);
            String inner = oddName(random);
            String missing = oddName(random);
            if (inner.equals(missing)) {
                continue;
            }
            Map<String, Object> value = Map.of(outer, List.of(Map.of(inner, 1L)));
            String object = "/" + escaped(outer) + "/0";

            assertThat(shown(judgeOf(outer, Map.of("required", List.of(inner, missing)))
                            .judge(value)))
                    .as("portcullis.seed=" + seed)
                    .containsExactly(object + "/" + escaped(missing) + " required");
            assertThat(shown(judgeOf(outer, Map.of("dependentRequired", Map.of(inner, List.of(missing))))
                            .judge(value)))
                    .as("portcullis.seed=" + seed)
                    .containsExactly(object + "/" + escaped(missing) + " dependentRequired");
            assertThat(shown(judgeOf(outer, Map.of("additionalProperties", false))
                            .judge(value)))
                    .as("portcullis.seed=" + seed)
                    .containsExactly(object + "/" + escaped(inner) + " additionalProperties");
        }
    }

    private static SchemaJudge judgeOf(String name, Object items) {
        return SchemaJudge.of(Map.of("properties", Map.of(name, Map.of("items", items))));
    }

    private static String oddName(Random random) {
        List<String> parts = List.of(
                "\"",
                "/",
                "~",
                " ",
                "%",
                "%22",
                "~1",
                "2",
                "A",
                "+",
                "#",
                "\\",
                "\n",
                "\u0002",
                "é",
                "😀",
                "property \"",
                "\" but does not have \"",
                "Instance has \"",
                "required",
                "properties",
                "$ref");
        return random.ints(random.nextInt(4), 0, parts.size())
                .mapToObj(parts::get)
                .collect(Collectors.joining());
    }

    private static String escaped(String name) {
        return name.replace("~", "~0").replace("/", "~1");
    }

    @Test
    void missing_field_is_told_at_its_object_where_the_sentence_has_two_readings() {
        String between = "\" but does not have \"";
        SchemaJudge judge = SchemaJudge.of(Map.of(
                "dependentRequired", Map.of("a", List.of("b" + between + "c"), "a" + between + "b", List.of("d"))));

        assertThat(shown(judge.judge(Map.of("a", 1L)))).containsExactly("/b" + between + "c dependentRequired");
        assertThat(shown(judge.judge(Map.of("a", 1L, "a" + between + "b", 1L)))).containsExactly(" dependentRequired");
    }

    @Test
    void two_names_that_the_library_writes_alike_are_told_at_their_object() {
        SchemaJudge judge = SchemaJudge.of(Map.of("additionalProperties", Map.of("type", "string")));

        assertThat(shown(judge.judge(Map.of("\"", 1L)))).containsExactly("/\" type");
        assertThat(shown(judge.judge(Map.of("\u00022", 1L)))).containsExactly("/\u00022 type");
        assertThat(shown(judge.judge(Map.of("\"", "", "\u00022", 1L)))).containsExactly(" type");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
            [[],["a"]]                                    @ /1/0 type
            [[],[1,1]]                                    @ /1/1 type
            [[],[1,"a",1,true]]                           @ /1/2 type
            [[],[1,"a",true,true,true,true,true,true,true,7,true]] @ /1/9 type
            [[],[1,"a",true,7,true,true,true,true,true,true,true]] @ /1/3 type
            [[],[],[1,"a"]]                               @ /2/1 type
            [[],[],[],[],[],[],[],[],[],7,[]]             @ /9 type
            [[],[],[],[],[],[],[],[],[],["x"],[]]         @
            [[],[],[],[],[],[],[],[],[],["x",1,"a"],[]]   @ /9/2 type
            [[],[],[],[],[],[],[],[],[],["x",1,1,1,1,1,1,1,1,"a"],[]] @ /9/9 type
            """)
    void item_is_told_by_its_index_behind_items_with_schemas_of_their_own(String value, String violations) {
        SchemaJudge judge = SchemaJudge.of(parsed("{\"prefixItems\":[{},{\"prefixItems\":[{\"type\":\"integer\"},"
                + "{\"type\":\"string\"}],\"items\":{\"type\":\"boolean\"}}],"
                + "\"items\":{\"type\":\"array\",\"prefixItems\":[{}],\"items\":{\"type\":\"integer\"}}}"));

        assertThat(String.join(",", shown(judge.judge(parsed(value))))).isEqualTo(violations == null ? "" : violations);
    }

    @Test
    void names_longer_than_any_schema_needs_are_refused() {
        SchemaJudge judge = SchemaJudge.of(true);

        assertThat(judge.judge(Map.of("a", List.of(Map.of("x".repeat(128), 1L)))))
                .isEmpty();
        assertThat(judge.judge(Map.of("a", List.of(Map.of("x".repeat(129), 1L)))))
                .containsExactly(new Violation("/a/0", "propertyNames"));
    }

    @Test
    void more_values_than_are_judged_in_bounded_time_are_refused() {
        SchemaJudge any = SchemaJudge.of(true);
        SchemaJudge branches = SchemaJudge.of(
                parsed("{\"items\":{\"anyOf\":[{\"type\":\"string\"},{\"type\":\"null\"},{\"type\":\"integer\"}]}}"));

        assertThat(any.judge(Collections.nCopies(4_999, 1L))).isEmpty();
        assertThat(any.judge(Collections.nCopies(5_000, 1L))).containsExactly(new Violation("", "schema"));
        assertThat(branches.judge(Collections.nCopies(2_000, 1L))).isEmpty();
        assertThat(branches.judge(Collections.nCopies(4_000, 1L))).containsExactly(new Violation("", "schema"));
    }

    @Test
    void fields_that_are_left_out_do_not_count() {
        Map<String, Object> large = Map.of("a", Collections.nCopies(6_000, 1L));
        Object schema = Map.of("properties", Map.of("a", Map.of()));

        assertThat(SchemaJudge.within(schema, schema, Set.of("a")).judge(large)).isEmpty();
        assertThat(SchemaJudge.within(schema, schema, Set.of("b")).judge(large))
                .containsExactly(new Violation("", "schema"));
        assertThat(SchemaJudge.within(schema, schema, Set.of("a")).judge(Map.of("b", large)))
                .containsExactly(new Violation("", "schema"));
    }

    @Test
    void format_is_judged_by_several_threads_at_once() {
        assertThat(IntStream.range(0, 200_000)
                        .parallel()
                        .filter(i -> StringFormat.DURATION.admits(i % 2 == 0 ? "P1Y2M3DT4H5M6S" : "P1Y2M3DT4H5X")
                                != (i % 2 == 0))
                        .count())
                .isZero();
    }

    @Test
    void long_text_is_matched_with_a_few_patterns_only() {
        String letters = "a".repeat(65_000);

        assertThat(patterns(2).judge(letters)).isEmpty();
        assertThat(patterns(3).judge(letters)).containsExactly(new Violation("", "schema"));
        assertThat(patterns(30).judge("a".repeat(1_000))).isEmpty();
    }

    @Test
    void large_pattern_is_matched_with_shorter_texts() {
        SchemaJudge counted = SchemaJudge.of(Map.of("pattern", "a{0,1000}b"));

        assertThat(counted.judge("a".repeat(900) + "b")).isEmpty();
        assertThat(counted.judge("a".repeat(64_000))).containsExactly(new Violation("", "schema"));
    }

    @Test
    void text_is_judged_by_a_few_formats_only() {
        SchemaJudge durations = SchemaJudge.of(
                Map.of("anyOf", Collections.nCopies(90, Map.of("type", "string", "format", "duration"))));

        assertThat(durations.judge("P1D")).isEmpty();
        assertThat(durations.judge("P" + "1".repeat(60_000))).containsExactly(new Violation("", "schema"));
    }

    @Test
    void names_that_many_objects_lack_are_counted() {
        List<String> names = IntStream.range(0, 200).mapToObj(i -> "n" + i).toList();
        SchemaJudge judge =
                SchemaJudge.of(Map.of("items", Map.of("anyOf", List.of(Map.of("required", names), Map.of()))));

        assertThat(judge.judge(Collections.nCopies(10, Map.of()))).isEmpty();
        assertThat(judge.judge(Collections.nCopies(100, Map.of()))).containsExactly(new Violation("", "schema"));
    }

    @Test
    void fields_that_a_schema_knows_are_counted_for_each_object() {
        Map<String, Object> fields = new HashMap<>();
        Map<String, Object> dependent = new HashMap<>();
        IntStream.range(0, 100).forEach(i -> fields.put("f" + i, true));
        fields.keySet().forEach(name -> dependent.put(name, List.of("g")));
        for (Map<String, Object> known : List.<Map<String, Object>>of(
                Map.of("properties", fields),
                Map.of("dependentSchemas", fields),
                Map.of("dependentRequired", dependent))) {
            SchemaJudge judge = SchemaJudge.of(Map.of("items", known));

            assertThat(judge.judge(Collections.nCopies(500, Map.of()))).isEmpty();
            assertThat(judge.judge(Collections.nCopies(4_000, Map.of()))).containsExactly(new Violation("", "schema"));
        }
    }

    @Test
    void branches_that_admit_all_are_counted() {
        SchemaJudge judge = SchemaJudge.of(Map.of("items", Map.of("anyOf", Collections.nCopies(90, true))));

        assertThat(judge.judge(Collections.nCopies(100, 1L))).isEmpty();
        assertThat(judge.judge(Collections.nCopies(1_000, 1L))).containsExactly(new Violation("", "schema"));
    }

    @Test
    void names_are_counted_for_each_schema_that_looks_at_them() {
        Map<String, Object> object = new HashMap<>();
        IntStream.range(0, 170).forEach(i -> object.put("\u20ac".repeat(110) + i, 1L));
        Map<String, Object> integers = Map.of("additionalProperties", Map.of("type", "integer"));

        assertThat(SchemaJudge.of(integers).judge(object)).isEmpty();
        assertThat(SchemaJudge.of(Map.of("allOf", Collections.nCopies(40, integers)))
                        .judge(object))
                .containsExactly(new Violation("", "schema"));
    }

    @Test
    void patterns_of_names_are_counted_for_each_object() {
        Map<String, Object> patterns = new HashMap<>();
        IntStream.range(0, 19).forEach(i -> patterns.put("^x" + i, true));
        SchemaJudge judge = SchemaJudge.of(Map.of("items", Map.of("patternProperties", patterns)));

        assertThat(judge.judge(Collections.nCopies(100, Map.of()))).isEmpty();
        assertThat(judge.judge(Collections.nCopies(4_000, Map.of()))).containsExactly(new Violation("", "schema"));
    }

    /** Of each two texts with one hash a set would compare with all others, if they had no order. */
    @Test
    void items_of_one_hash_are_compared_with_few_others() {
        SchemaJudge judge = SchemaJudge.of(Map.of("uniqueItems", true));
        List<Object> items = IntStream.range(0, 2_048)
                .<Object>mapToObj(i -> Map.of("k", collision(i, 11)))
                .toList();
        assertThat(items.stream().map(Object::hashCode).distinct()).hasSize(1);
        List<Object> twice = new ArrayList<>(items);
        twice.add(items.get(0));

        assertThat(judge.judge(items)).isEmpty();
        assertThat(judge.judge(twice)).containsExactly(new Violation("", "uniqueItems"));
    }

    private static String collision(int number, int digits) {
        return IntStream.range(0, digits)
                .mapToObj(i -> (number >> i & 1) == 1 ? "Aa" : "BB")
                .collect(Collectors.joining());
    }

    @Test
    void large_value_is_compared_a_few_times_only() {
        List<Object> branches = new ArrayList<>(Collections.nCopies(90, Map.of("const", 1L)));
        branches.add(Map.of());
        SchemaJudge judge = SchemaJudge.of(Map.of("anyOf", branches));

        assertThat(judge.judge(Collections.nCopies(500, 1L))).isEmpty();
        assertThat(judge.judge(Collections.nCopies(4_900, 1L))).containsExactly(new Violation("", "schema"));
    }

    @Test
    void text_is_made_safe_by_a_branch_that_fails_before_it() {
        SchemaJudge judge = SchemaJudge.of(parsed(
                "{\"anyOf\":[{\"properties\":{\"k\":{\"const\":1},\"a\":{\"type\":\"string\",\"x-content\":true}}},"
                        + "{\"properties\":{\"a\":{\"type\":\"string\"}}}]}"));

        assertThat(judge.judge(parsed("{\"k\":2,\"a\":\"<img>\"}"))).isEmpty();
        assertThat(judge.madeSafe()).containsExactly("<img>");
    }

    @Test
    void text_is_made_safe_in_an_item_that_is_none_of_those_looked_for() {
        SchemaJudge judge = SchemaJudge.of(parsed("{\"contains\":{\"properties\":{\"n\":{\"type\":\"integer\"},"
                + "\"t\":{\"type\":\"string\",\"x-content\":true}}}}"));

        assertThat(judge.judge(parsed("[{\"n\":1,\"t\":\"ok\"},{\"n\":\"no\",\"t\":\"<img>\"}]")))
                .isEmpty();
        assertThat(judge.madeSafe()).containsExactlyInAnyOrder("ok", "<img>");
    }

    private static SchemaJudge patterns(int times) {
        return SchemaJudge.of(Map.of("allOf", Collections.nCopies(times, Map.of("pattern", "^(?:a|b)*$"))));
    }

    @Test
    void at_most_ten_violations_are_told() {
        SchemaJudge judge = SchemaJudge.of(parsed("{\"items\":{\"type\":\"string\"}}"));

        assertThat(judge.judge(Collections.nCopies(100, 1L))).hasSize(10);
    }

    @Test
    void schema_stays_as_it_was_and_serves_several_judges() {
        Object schema = parsed("{\"properties\":{\"a\":{\"anyOf\":[{\"pattern\":\"^a\"},{\"enum\":[\"b\"]}]}}}");
        Object before = parsed("{\"properties\":{\"a\":{\"anyOf\":[{\"pattern\":\"^a\"},{\"enum\":[\"b\"]}]}}}");

        SchemaJudge first = SchemaJudge.of(schema);
        assertThat(first.judge(Map.of("a", "c"))).hasSize(1);
        assertThat(SchemaJudge.of(schema).judge(Map.of("a", "b"))).isEmpty();
        assertThat(first.judge(Map.of("a", "b"))).isEmpty();
        assertThat(schema).isEqualTo(before);
    }

    @Test
    void schema_of_a_document_refers_to_others_of_it() {
        Object document = parsed("{\"components\":{\"schemas\":{\"a\":{\"type\":\"string\"}}}}");
        SchemaJudge judge =
                SchemaJudge.within(document, parsed("{\"items\":{\"$ref\":\"#/components/schemas/a\"}}"), Set.of());

        assertThat(shown(judge.judge(List.of(1L)))).containsExactly("/0 type");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
            {"$ref":"https://example.com/a.json"} @ leads to no schema
            {"$ref":"#/$defs/a"}                  @ leads to no schema
            {"format":"regex"}                    @ the format regex
            {"pattern":"(a)\\\\1"}                @ a reference to a group
            {"pattern":"(?=a)"}                   @ ahead or behind
            {"properties":[]}                     @ an object
            """)
    void schema_that_cannot_be_judged_fails_at_the_start(String schema, String message) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> SchemaJudge.of(parsed(schema)))
                .withMessageContaining(message);
    }

    @Test
    void texts_that_are_made_safe_are_those_of_the_value() {
        SchemaJudge judge = SchemaJudge.of(parsed(
                "{\"properties\":{\"a\":{\"type\":\"string\",\"x-content\":true},\"b\":{\"type\":\"string\"}}}"));
        String safe = new String("text");
        assertThat(judge.judge(Map.of("a", safe, "b", new String("text")))).isEmpty();

        assertThat(judge.madeSafe()).singleElement().isSameAs(safe);
    }

    private static List<String> shown(List<Violation> violations) {
        return violations.stream()
                .map(violation -> violation.path() + " " + violation.rule())
                .toList();
    }

    private static Object parsed(String json) {
        return JsonTree.read(json.getBytes(UTF_8)).fold(read -> read, (reason, details) -> {
            throw new IllegalArgumentException(json);
        });
    }
}
