package dev.portcullis.http.contract;

import static dev.portcullis.http.contract.ContractText.body;
import static dev.portcullis.http.contract.ContractText.operation;
import static dev.portcullis.http.contract.ContractText.parameter;
import static dev.portcullis.http.contract.ContractText.parameters;
import static dev.portcullis.http.contract.ContractText.path;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.http.contract.InputSchema.Fields;
import dev.portcullis.http.contract.InputSchema.Malformed;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.Result;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Bodies and parameters may use all of JSON Schema, and are read as strictly as frames. */
class InputSchemaTest {
    private static final int THREADS = 4;
    private static final int BODIES = 200;

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'properties':{'a':{'type':'string','format':'email'}}} | {'a':'ann@example.com'} | {'a':'ann'} | /a format",
                "{'properties':{'a':{'pattern':'^(red!blue)$'}}} | {'a':'red'} | {'a':'green'} | /a pattern",
                "{'properties':{'a':{'pattern':'^red$'}}} | {'a':'red'} | {'a':'red\\n'} | /a pattern",
                "{'properties':{'a':{'type':['string','null']}}} | {'a':null} | {'a':1} | /a type",
                "{'properties':{'a':{'const':null}}} | {'a':null} | {'a':1} | /a const",
                "{'properties':{'a':{'multipleOf':0.5}}} | {'a':1.5} | {'a':1.2} | /a multipleOf",
                "{'properties':{'a':{'exclusiveMinimum':0}}} | {'a':0.1} | {'a':0} | /a exclusiveMinimum",
                "{'patternProperties':{'^x-':true},'additionalProperties':false} | {'x-a':1} | {'a':1} | /a additionalProperties",
                "{'allOf':[{'required':['a']}]} | {'a':1} | {} | /a required",
                "{'anyOf':[{'required':['a']},{'required':['b']}]} | {'b':1} | {} | '' anyOf",
                "{'if':{'required':['a']},'then':{'required':['b']},'else':{'required':['c']}} | {'c':1} | {'a':1} | /b required",
                "{'dependentSchemas':{'a':{'maxProperties':1}}} | {'a':1} | {'a':1,'b':2} | '' maxProperties",
                "{'properties':{'a':{'prefixItems':[{'type':'string'}],'items':false}}} | {'a':['x']} | {'a':[1]} | /a/0 type",
                "{'properties':{'a':{'contains':{'const':1},'maxItems':3}}} | {'a':[2,1]} | {'a':[2]} | /a contains",
                "{'properties':{'a':{'uniqueItems':true,'maxItems':3}}} | {'a':[1,2]} | {'a':[1,1.0]} | /a uniqueItems",
                "{'properties':{'a':true},'unevaluatedProperties':false} | {'a':1} | {'b':1} | /b unevaluatedProperties",
                "{'properties':{'a':{'$ref':'#/components/schemas/Note'}}} | {'a':{'content':'x'}} | {'a':{}} | /a/content required",
                "{'$defs':{'n':{'type':'integer'}},'properties':{'a':{'$ref':'#/paths/~1a/post/requestBody/content/"
                        + "application~1json/schema/$defs/n'}}} | {'a':1} | {'a':'x'} | /a type",
            })
    void body_is_judged_by_any_keyword_of_the_draft(String schema, String fitting, String other, String violation) {
        InputSchema read = bodySchema(json(schema));

        assertThat(violations(read.read(bytes(json(fitting))))).isEmpty();
        assertThat(violations(read.read(bytes(json(other)))))
                .extracting(each -> each.path() + " " + each.rule())
                .containsExactly(violation.replace("''", ""));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", " ", "[]", "7", "null", "[{\"__proto__\":1}]", "{\"a\":1,\"a\":1}", "{\"a\":1e999}"})
    void body_that_is_no_object_of_strict_json_is_invalid_json(String text) {
        String reason = bodySchema("{}")
                .read(bytes(text))
                .fold(fields -> "fits", why -> why.reason().id());

        assertThat(reason).isEqualTo("invalid_json");
    }

    @ParameterizedTest
    @ValueSource(strings = {"{\"data\":%s}", "{\"messages\":[{\"data\":{\"a\":%s}}]}"})
    void body_with_a_number_that_some_readers_refuse_is_invalid_json(String body) {
        InputSchema read = bodySchema("{}");

        assertThat(violations(read.read(bytes(body.formatted("1." + "0".repeat(398))))))
                .isEmpty();
        for (String number : List.of("1." + "0".repeat(399), "1e-99999999999")) {
            String reason = read.read(bytes(body.formatted(number)))
                    .fold(fields -> "fits", why -> why.reason().id());
            assertThat(reason).isEqualTo("invalid_json");
        }
    }

    @Test
    void prototype_key_takes_precedence_over_the_schema() {
        InputSchema read = bodySchema("{\"required\":[\"b\"]}");

        assertThat(violations(read.read(bytes("{\"a\":{\"constructor\":1}}"))))
                .containsExactly(new Violation("/a/constructor", "propertyNames"));
    }

    @Test
    void items_that_are_judged_one_by_one_do_not_make_their_body_unfit() {
        InputSchema read = bodySchema(
                "{\"properties\":{\"list\":{\"type\":\"array\",\"maxItems\":5,\"x-portcullis-each\":true,"
                        + "\"items\":{\"type\":\"object\",\"oneOf\":[{\"required\":[\"a\"]},{\"required\":[\"b\"]}],\"properties\":{\"a\":{\"type\":\"integer\"}}}}}}");

        Result<Fields, Malformed> whole = read.read(bytes("{\"list\":[{\"a\":1},{\"a\":\"x\"},7,[],null]}"));
        List<Result<Fields, Malformed>> items = whole.fold(fields -> fields.each("list"), why -> List.of());

        assertThat(items)
                .extracting(InputSchemaTest::violations)
                .containsExactly(
                        List.of(),
                        List.of(new Violation("/a", "type")),
                        List.of(new Violation("/list/2", "type")),
                        List.of(new Violation("/list/3", "type")),
                        List.of(new Violation("/list/4", "type")));
        assertThat(violations(read.read(bytes("{\"list\":[1,2,3,4,5,6]}"))))
                .containsExactly(new Violation("/list", "maxItems"));
    }

    /** Their values and names counted for the whole body, so that a list of good items was refused, or one of them all others. */
    @Test
    void values_and_names_in_open_fields_and_in_other_items_do_not_count() {
        InputSchema read =
                bodySchema("{\"properties\":{\"data\":{\"title\":\"any\"},\"list\":{\"x-portcullis-each\":true,"
                        + "\"items\":{\"properties\":{\"data\":{\"title\":\"any\"}}}}}}");
        String many = "[" + "1,".repeat(5_999) + "1]";
        String longName = "{\"" + "x".repeat(129) + "\":1}";

        Result<Fields, Malformed> whole = read.read(bytes("{\"data\":" + many + ",\"list\":[{\"data\":" + many
                + "},{\"data\":" + longName + "},{\"other\":" + many + "},{\"other\":" + longName + "}]}"));

        List<Result<Fields, Malformed>> items = whole.fold(fields -> fields.each("list"), why -> List.of());

        assertThat(items)
                .extracting(InputSchemaTest::violations)
                .containsExactly(
                        List.of(),
                        List.of(),
                        List.of(new Violation("", "schema")),
                        List.of(new Violation("/other", "propertyNames")));
        assertThat(violations(read.read(bytes("{\"other\":" + many + "}"))))
                .as("beside them")
                .containsExactly(new Violation("", "schema"));
    }

    @Test
    void fields_of_a_body_are_read_by_name() {
        Fields fields = bodySchema("{}")
                .read(bytes("{\"text\":\"a\",\"number\":1.0,\"flag\":true,\"object\":{\"b\":2},\"list\":[{\"c\":3}]}"))
                .fold(read -> read, why -> {
                    throw new AssertionError(why);
                });

        assertThat(fields.text("text")).isEqualTo("a");
        assertThat(fields.number("number")).isEqualTo(1);
        assertThat(fields.flag("flag")).isTrue();
        assertThat(fields.flag("absent")).isFalse();
        assertThat(fields.objectIn("object").map(inner -> inner.number("b"))).contains(2L);
        assertThat(fields.objects("list"))
                .extracting(inner -> inner.number("c"))
                .containsExactly(3L);
        assertThat(fields.textIn("absent")).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "{'type':'integer','multipleOf':5} | 10 | 10",
                "{'type':'integer','multipleOf':5} | 11 |",
                "{'type':'integer'} | 1e1 |",
                "{'type':'integer'} | 1.0 |",
                "{'type':'integer'} | 01 |",
                "{'type':'integer'} | -0 |",
                "{'type':'string','anyOf':[{'const':'red'},{'format':'uuid'}]} | red | red",
                "{'type':'string','anyOf':[{'const':'red'},{'format':'uuid'}]} | blue |",
                "{'type':'string','pattern':'^(a!b)+$'} | abab | abab",
                "{'type':'boolean'} | true | true",
                "{'type':'boolean'} | True |",
            })
    void parameter_is_read_strictly_and_judged_by_any_keyword(String schema, String text, String value) {
        InputSchema read = ContractText.parse(path(
                        "/a", operation("get", "getA", parameters(parameter("q", "query", false, json(schema))))))
                .operation("getA")
                .parameters()
                .get(0)
                .schema();

        assertThat(read.<Optional<String>>readText(
                        text, fits -> Optional.of(fits.toString()), violations -> Optional.empty()))
                .isEqualTo(Optional.ofNullable(value));
    }

    @Test
    void several_threads_judge_by_one_schema() throws Exception {
        InputSchema read =
                bodySchema("{\"properties\":{\"a\":{\"pattern\":\"^(x|y){1,200}$\"},\"b\":{\"type\":\"integer\"}}}");
        ExecutorService threads = Executors.newFixedThreadPool(THREADS);
        try {
            List<Callable<List<Violation>>> tasks = IntStream.range(0, BODIES)
                    .<Callable<List<Violation>>>mapToObj(i -> () -> violations(read.read(bytes(
                            i % 2 == 0
                                    ? "{\"a\":\"" + "xy".repeat(i % 100 + 1) + "\",\"b\":1}"
                                    : "{\"a\":\"z\",\"b\":1}"))))
                    .toList();
            List<Future<List<Violation>>> judged = threads.invokeAll(tasks);
            for (int i = 0; i < BODIES; i++) {
                assertThat(judged.get(i).get())
                        .isEqualTo(i % 2 == 0 ? List.of() : List.of(new Violation("/a", "pattern")));
            }
        } finally {
            threads.shutdownNow();
        }
    }

    private static InputSchema bodySchema(String schema) {
        return ContractText.parse(path("/a", operation("post", "addA", body(schema))))
                .operation("addA")
                .body()
                .orElseThrow()
                .schema();
    }

    private static List<Violation> violations(Result<Fields, Malformed> result) {
        return result.fold(fields -> List.of(), Malformed::details);
    }

    private static String json(String text) {
        return text.replace('\'', '"').replace('!', '|');
    }

    private static byte[] bytes(String text) {
        return text.getBytes(UTF_8);
    }
}
