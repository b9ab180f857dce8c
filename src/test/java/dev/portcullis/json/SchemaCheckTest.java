package dev.portcullis.json;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.Objects.requireNonNull;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Json;
import dev.portcullis.protocol.codec.JsonTree;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SchemaCheckTest {
    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{'$schema':'https://json-schema.org/draft/2020-12/schema','$id':'https://example.com/a','title':'t',"
                        + "'description':'d','default':1,'examples':[1],'deprecated':true,'readOnly':true,'$comment':'c'}",
                "{'type':'string','x-content':true,'maxLength':5000000000}",
                "{'type':'array','uniqueItems':true,'maxItems':20}",
                "{'$ref':'#/$defs/a','$defs':{'a':{'type':'string'}}}",
                "{'properties':{'left':{'$ref':'#'},'right':{'$ref':'#'}}}",
                "{'oneOf':[{'properties':{'kind':{'const':'a'}}},{'properties':{'kind':{'const':'b'}}}]}",
                "{'unevaluatedProperties':false,'allOf':[{'properties':{'a':true}}],'if':{},'then':{'properties':{'b':{}}}}",
                "{'prefixItems':[{},{'type':'integer'}],'items':false,'minItems':2.0}",
                "{'patternProperties':{'^x-':{}},'propertyNames':{'pattern':'^[a-z-]+$'}}"
            })
    void schema_that_is_understood_has_no_problem(String schema) {
        assertThat(problems(schema)).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
            {'propertys':{}}                                 @ /propertys               @ no keyword
            {'properties':{'a':{'x-foo':1}}}                 @ /properties/a/x-foo      @ no keyword
            {'$dynamicRef':'#a'}                             @ /$dynamicRef             @ no keyword
            {'dependencies':{}}                              @ /dependencies            @ no keyword
            {'maxLength':'5'}                                @ /maxLength               @ (type)
            {'items':[{}]}                                   @ /items                   @ (type)
            {'properties':{'a':{'required':'b'}}}            @ /properties/a/required   @ (type)
            {'type':'text'}                                  @ /type                    @ (anyOf)
            {'minItems':-1}                                  @ /minItems                @ (minimum)
            {'$schema':'http://json-schema.org/draft-07/schema#'} @ /$schema            @ another draft
            {'properties':{'a':{'$id':'b'}}}                 @ /properties/a/$id        @ address of its own
            {'$ref':'https://example.com/a.json'}            @ /$ref                    @ leads out
            {'$ref':'#/$defs/b','$defs':{'a':{}}}            @ /$ref                    @ leads to no schema
            {'$ref':'#/properties','properties':{'a':{}}}    @ /$ref                    @ leads to no schema
            {'$ref':'#/examples/0','examples':[{}]}          @ /$ref                    @ leads to no schema
            {'$defs':{'a':{'$anchor':'x'}}}                  @ /$defs/a/$anchor        @ no keyword
            {'$ref':'#x'}                                    @ /$ref                    @ leads to no schema
            {'$ref':'#'}                                     @                          @ back to itself
            {'anyOf':[{'$ref':'#/$defs/a'}],'$defs':{'a':{'allOf':[{'$ref':'#/anyOf/0'}]}}} @ /anyOf/0 @ back to itself
            {'pattern':'^(a+)+$'}                            @ /pattern                 @ doubles
            {'properties':{'a/b':{'pattern':'a+b'}}}         @ /properties/a~1b/pattern @ square
            {'pattern':'(?=a)'}                              @ /pattern                 @ ahead or behind
            {'patternProperties':{'(a*)*b':{}}}              @ /patternProperties/(a*)*b @ doubles
            {'patternProperties':{'^a?a?a?a?a?a?a?a?a?a?a?a?a?!':{}}} @ /patternProperties/^a?a?a?a?a?a?a?a?a?a?a?a?a?! @ very many ways
            {'format':'datetime'}                            @ /format                  @ no format
            {'uniqueItems':true}                             @ /uniqueItems             @ any length
            {'uniqueItems':true,'maxItems':1000}             @ /uniqueItems             @ any length
            {'x-content':true}                               @ /x-content               @ at no text
            {'type':'string','x-content':1}                  @ /x-content               @ not true
            {'propertyNames':{'type':'string','x-content':true}} @ /propertyNames/x-content @ names of fields
            {'multipleOf':0.0000001}                         @ /multipleOf              @ too fine
            {'enum':[]}                                      @ /enum                    @ 0 values
            {'allOf':[{'unevaluatedProperties':false}]}      @                          @ a branch
            {'properties':{'a':{'anyOf':[{'$ref':'#'},{'$ref':'#'}]}}} @                @ to one value
            """)
    void problem_is_told_with_its_place(String schema, String pointer, String what) {
        assertThat(problems(schema)).anySatisfy(problem -> {
            assertThat(problem.pointer()).isEqualTo(pointer == null ? "" : pointer);
            assertThat(problem.what()).contains(what);
            assertThat(problem.fix()).isNotEmpty();
        });
    }

    @ParameterizedTest
    @CsvSource(delimiter = '@', quoteCharacter = '`', textBlock = """
            {'$ref':'#/$defs/safe'}
            {'$ref':'#/$defs/toSafe'}
            {'allOf':[{'maxLength':9},{'$ref':'#/$defs/toSafe'}]}
            {'anyOf':[{'$ref':'#/$defs/inBranch'},{'$ref':'#/$defs/circle'}]}
            {'if':{'$ref':'#/properties/value'}}
            """)
    void names_that_refer_to_a_text_made_safe_are_refused_where_they_stand(String names) {
        assertThat(problems("{'properties':{'value':{'$ref':'#/$defs/safe'},'inner':{'propertyNames':" + names + "}},"
                        + "'$defs':{'safe':{'type':'string','x-content':true},'toSafe':{'$ref':'#/$defs/safe'},"
                        + "'inBranch':{'oneOf':[{'maxLength':3},{'$ref':'#/$defs/toSafe'}]},"
                        + "'circle':{'properties':{'again':{'$ref':'#/$defs/circle'}}}}}"))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.pointer()).isEqualTo("/properties/inner/propertyNames");
                    assertThat(problem.what()).contains("names of fields");
                });
    }

    @Test
    void names_that_refer_to_an_object_with_a_text_made_safe_have_no_problem() {
        assertThat(problems("{'propertyNames':{'$ref':'#/$defs/any'},'additionalProperties':{'$ref':'#/$defs/any'},"
                        + "'$defs':{'any':{'properties':{'text':{'type':'string','x-content':true}}}}}"))
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'anyOf':[{'contains':{'type':'string','x-content':true},'minContains':2},{'type':'array'}]}",
                "{'anyOf':[{'contains':{'$ref':'#/$defs/safe'},'minContains':2.0},{}],"
                        + "'$defs':{'safe':{'type':'string','x-content':true}}}",
                "{'anyOf':[{'contains':{'type':'string'},'minContains':1e9}],'items':{'type':'string','x-content':true}}"
            })
    void contains_that_leaves_items_unread_is_refused_where_texts_are_made_safe(String schema) {
        assertThat(problems(schema)).singleElement().satisfies(problem -> {
            assertThat(problem.pointer()).isEqualTo("/anyOf/0/minContains");
            assertThat(problem.what()).contains("leaves items unread");
            assertThat(problem.fix()).contains("below items");
        });
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{'contains':{'type':'string'},'minContains':2}",
                "{'contains':{'properties':{'x-content':true}},'minContains':2}",
                "{'contains':{'type':'string','x-content':true},'minContains':1}",
                "{'contains':{'type':'string','x-content':true},'minContains':0}",
                "{'items':{'type':'string','x-content':true},'minContains':2}"
            })
    void contains_that_looks_at_all_items_or_makes_no_text_safe_is_accepted(String schema) {
        assertThat(problems(schema)).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"^\\u{1F600}$", "^[[]$", "^[^]$", "(?<year>a)", "(?<$_1>a)(?<é>b)", "^\\uD83D\\u0041$"})
    void pattern_that_only_ECMA_262_has_is_taken(String pattern) {
        assertThat(SchemaCheck.problems(Map.of("pattern", pattern))).isEmpty();
    }

    @ParameterizedTest
    @CsvSource({
        "\\p{Digit}, a property of Unicode that is not known",
        "[\\P{Greek}], a property of Unicode that is not known",
        "\\p{scx=Greek}, a property of Unicode that is not known",
        "(?<a>b)|(?<a>c), two groups of one name",
        "(?<>a), a group whose name is none",
        "(?<1>a), a group whose name is none",
        "(?<a-b>a), a group whose name is none",
        "(?<a, a group whose name is none",
        "\\x\uff11\uff11, an escape that is none"
    })
    void pattern_that_javascript_refuses_is_refused_at_the_start(String pattern, String what) {
        assertThat(SchemaCheck.problems(Map.of("pattern", pattern)))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.pointer()).isEqualTo("/pattern");
                    assertThat(problem.what()).contains(what);
                });
    }

    /** The configuration keeps the digits of its numbers. */
    @ParameterizedTest
    @CsvSource({
        "maxItems, 1.0, 1",
        "maxItems, 10e-1, 1",
        "minItems, 2.0, 2",
        "minLength, 2.0, 2",
        "maxLength, 1e0, 1",
        "minProperties, 1.00, 1",
        "maxProperties, 2.0, 2",
        "minContains, 2.0, 2",
        "maxContains, 1.0, 1",
        "maxItems, -0.0, 0",
        "maxLength, 1e20, 2147483647",
        "minLength, 100000000000000000000, 2147483647",
        "minItems, 4294967297.0, 2147483647",
        "maxProperties, 1e400, 2147483647"
    })
    void limit_whose_fraction_is_zero_is_judged_as_an_integer(String keyword, String limit, int amount)
            throws Exception {
        Object written = requireNonNull(Json.parse("{\"contains\":{},\"" + keyword + "\":" + limit + "}"));
        Object whole = Map.of("contains", Map.of(), keyword, (long) amount);
        List<Object> values = List.of(
                "",
                "a",
                "ab",
                "abc",
                List.of(1L),
                List.of(1L, 1L),
                List.of(1L, 1L, 1L),
                Map.of(),
                Map.of("a", 1L),
                Map.of("a", 1L, "b", 1L),
                Map.of("a", 1L, "b", 1L, "c", 1L));

        assertThat(SchemaCheck.problems(written)).isEmpty();
        assertThat(values)
                .allSatisfy(value -> assertThat(SchemaJudge.of(written).judge(value))
                        .isEqualTo(SchemaJudge.of(whole).judge(value)));
    }

    @ParameterizedTest
    @CsvSource({
        "maxItems, 1.5, type",
        "minLength, 1.0000000000000000001, type",
        "maxLength, 1e-400, type",
        "minItems, -1.0, minimum",
        "maxProperties, -1e400, minimum"
    })
    void limit_that_is_no_count_is_refused_with_its_place(String keyword, String limit, String rule) throws Exception {
        assertThat(SchemaCheck.problems(Json.parse("{\"items\":{\"" + keyword + "\":" + limit + "}}")))
                .singleElement()
                .satisfies(problem -> {
                    assertThat(problem.pointer()).isEqualTo("/items/" + keyword);
                    assertThat(problem.what()).contains("(" + rule + ")");
                });
    }

    @ParameterizedTest
    @ValueSource(strings = {"1e-7", "1e-400"})
    void multiple_that_is_too_fine_is_refused_however_small_it_is(String multiple) throws Exception {
        assertThat(SchemaCheck.problems(Json.parse("{\"multipleOf\":" + multiple + "}")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("too fine"));
    }

    @Test
    void all_problems_are_told_at_once() {
        assertThat(problems("{'propertys':{},'pattern':'^(a+)+$','$ref':'x','maxLength':'5'}"))
                .hasSize(4);
    }

    @Test
    void schema_that_is_too_large_is_refused() {
        Map<String, Object> half =
                IntStream.range(0, 600).boxed().collect(Collectors.toMap(i -> "p" + i, i -> Map.of("title", "" + i)));
        Map<String, Object> fields =
                IntStream.range(0, 1_001).boxed().collect(Collectors.toMap(i -> "p" + i, i -> true));

        assertThat(SchemaCheck.problems(Map.of("properties", half, "items", Map.of("properties", copyOf(half)))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("1000"));
        assertThat(SchemaCheck.problems(Map.of("properties", fields)))
                .singleElement()
                .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/properties"));
        assertThat(SchemaCheck.problems(Map.of(
                        "enum",
                        IntStream.range(0, 1_001).boxed().map(i -> (long) i).toList())))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("1001"));
        assertThat(SchemaCheck.problems(Map.of(
                        "items",
                        Map.of(
                                "required",
                                IntStream.range(0, 1_001).mapToObj(i -> "n" + i).toList()))))
                .singleElement()
                .satisfies(problem -> assertThat(problem.pointer()).isEqualTo("/items/required"));
        assertThat(SchemaCheck.problems("no object")).hasSize(1);
    }

    /** Each of its schemas is another object. */
    private static Map<String, Object> copyOf(Map<String, Object> schemas) {
        return schemas.entrySet().stream()
                .collect(Collectors.toMap(Map.Entry::getKey, each -> new LinkedHashMap<>((Map<?, ?>) each.getValue())));
    }

    @Test
    void branches_that_double_at_each_level_are_counted_without_visiting_each() {
        Map<String, Object> levels = new HashMap<>(Map.of("l0", Map.of()));
        for (int i = 1; i <= 30; i++) {
            Map<String, String> before = Map.of("$ref", "#/$defs/l" + (i - 1));
            levels.put("l" + i, Map.of("allOf", List.of(before, before)));
        }

        assertThat(SchemaCheck.problems(Map.of("$defs", levels, "$ref", "#/$defs/l30")))
                .singleElement()
                .satisfies(problem -> assertThat(problem.what()).contains("schemas to one value"));
    }

    private static List<SchemaProblem> problems(String schema) {
        return SchemaCheck.problems(
                JsonTree.read(schema.replace('\'', '"').getBytes(UTF_8)).fold(read -> read, (reason, details) -> {
                    throw new IllegalArgumentException(schema);
                }));
    }
}
