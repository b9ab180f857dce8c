package dev.portcullis.json;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.codec.JsonTree;
import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/**
 * Prints what CPU it costs to read and judge the data of an event: a typical one, as ratio to reading alone, and hostile ones of 64 KiB.
 * Run it by hand: {@code java -cp … dev.portcullis.json.SchemaJudgeBench}.
 */
final class SchemaJudgeBench {
    private static final ThreadMXBean THREADS = ManagementFactory.getThreadMXBean();
    private static final int ROUNDS = 3;
    private static final int TIMES = 30_000;
    private static final int HOSTILE_TIMES = 10;
    private static final int FRAME = 65_000;

    private static final String VOTE_SCHEMA = """
            {"type":"object","required":["poll","choice","voter"],"additionalProperties":false,"properties":{
              "poll":{"type":"string","pattern":"^[a-z0-9-]{1,64}$"},
              "choice":{"enum":["yes","no","abstain"]},
              "note":{"type":"string","maxLength":200},
              "weight":{"type":"integer","minimum":1,"maximum":10},
              "voter":{"type":"object","required":["id"],"properties":{
                "id":{"type":"string","maxLength":64},"name":{"type":"string","maxLength":64}}}}}
            """;
    private static final String VOTE = """
            {"poll":"lunch-2026-11-25","choice":"abstain","note":"I am out of the office until Thursday, so count \
            me out of this one, please.","weight":1,"voter":{"id":"018f3c2e-7b1a-7c3d","name":"Ann Example"}}""";

    private SchemaJudgeBench() {}

    public static void main(String[] args) {
        System.out.printf("typical event of %d bytes%n", VOTE.getBytes(UTF_8).length);
        SchemaJudge judge = SchemaJudge.of(parsed(VOTE_SCHEMA));
        for (int round = 1; round <= ROUNDS; round++) {
            double read = micros(() -> parsed(VOTE), TIMES);
            double both = micros(() -> judge.judge(parsed(VOTE)), TIMES);
            String wrong = VOTE.replace("\"abstain\"", "\"maybe\"");
            double refused = micros(() -> judge.judge(parsed(wrong)), TIMES);
            System.out.printf(
                    Locale.ROOT,
                    "round %d: read %.2f us, read and judge %.2f us (%.1f times), refuse with details %.2f us%n",
                    round,
                    read,
                    both,
                    both / read,
                    refused);
        }
        hostile();
    }

    private static void hostile() {
        String ones = "[" + "1,".repeat(FRAME / 2) + "1]";
        String texts = "[" + "\"\",".repeat(FRAME / 3) + "1]";
        String objects = "[" + "{},".repeat(FRAME / 3) + "1]";
        String letters = "\"" + "a".repeat(FRAME) + "\"";
        Map<String, String> cases = new LinkedHashMap<>();
        cases.put("items fit", pair("{'items':{'type':'integer'}}", ones));
        cases.put("no item fits", pair("{'items':{'type':'string'}}", ones));
        cases.put(
                "any of three, the last",
                pair("{'items':{'anyOf':[{'type':'string'},{'enum':[2,3]},{'type':'integer'}]}}", ones));
        cases.put(
                "any of three, none",
                pair(
                        "{'anyOf':[{'items':{'type':'string'}},{'items':{'enum':[2]}},{'type':'object'}],'items':{'type':'null'}}",
                        ones));
        cases.put(
                "any of two, then none",
                pair("{'anyOf':[{'items':{'type':'string'}},{'type':'array'}],'items':{'type':'null'}}", ones));
        cases.put("contains none", pair("{'contains':{'type':'string'}}", ones));
        cases.put("unique", pair("{'uniqueItems':true}", distinct()));
        cases.put(
                "objects",
                pair(
                        "{'items':{'type':'object','properties':{'a':{'type':'string'}},'additionalProperties':false,'patternProperties':{'^x[a-z]*$':{}}}}",
                        objects));
        cases.put("wide object", pair("{'additionalProperties':{'type':'string'}}", wide("")));
        cases.put("wide object, names judged", pair("{'propertyNames':{'pattern':'^[b-z]*$'}}", wide("")));
        cases.put("wide object, unevaluated", pair("{'unevaluatedProperties':false}", wide("")));
        cases.put("wide object, strange names", pair("{'additionalProperties':{'type':'string'}}", wide("%")));
        cases.put(
                "wide object, names by pattern",
                pair(
                        "{'patternProperties':{'^[a-m][a-z0-9]*$':{'type':'integer'},'^[n-z][a-z0-9]*$':false},'additionalProperties':false}",
                        wide("")));
        cases.put(
                "deep, long names",
                pair(
                        "{'$ref':'#/$defs/n','$defs':{'n':{'additionalProperties':{'$ref':'#/$defs/n'},'items':{'type':'integer'}}}}",
                        deep(128)));
        cases.put(
                "one long name",
                pair(
                        "{'additionalProperties':{'items':{'type':'integer'}}}",
                        "{\"" + "é".repeat(16_000) + "\":[" + "1,".repeat(16_000) + "1]}"));
        String empty = "[" + "{},".repeat(4_900) + "{}]";
        cases.put("objects, 100 fields are known", pair("{'items':{'properties':{" + fields(100, "{}") + "}}}", empty));
        cases.put(
                "objects, 900 fields are known", pair("{'items':{'properties':{" + fields(900, "true") + "}}}", empty));
        cases.put("objects, 900 fields are missing", pair("{'items':{'required':[" + names(900) + "]}}", empty));
        cases.put(
                "objects, 19 patterns of names",
                pair("{'items':{'patternProperties':{" + fields(19, "true") + "}}}", empty));
        cases.put("any of 90 that admit all", pair("{'items':{'anyOf':[" + "true,".repeat(89) + "true]}}", empty));
        cases.put(
                "foreign names, 40 schemas look at them",
                pair("{'allOf':[" + "{'additionalProperties':{'type':'integer'}},".repeat(40) + "{}]}", foreign()));
        cases.put("unique, one hash", pair("{'uniqueItems':true}", collisions()));
        cases.put("texts", pair("{'items':{'pattern':'^(?:[a-z]|-[a-z])+$'}}", texts));
        for (String pattern : new String[] {
            "^[a-z0-9-]{1,64}$",
            "^[a-z]*$",
            "^(-[a-z]+)*$",
            "^(?:a|b)+$",
            "^([a-z]+-)*[a-z]+$",
            "^\\\\p{L}+$",
            "^(?:[a-z]{1,20}_){1,20}$",
            "x$"
        }) {
            cases.put("64 KiB of a, " + pattern, pair("{'pattern':'" + pattern + "'}", letters));
        }
        for (StringFormat format : StringFormat.values()) {
            cases.put("64 KiB of a, " + format.id(), pair("{'format':'" + format.id() + "'}", letters));
        }
        cases.forEach((name, pair) -> {
            String schema = pair.substring(0, pair.indexOf('\0'));
            String data = pair.substring(pair.indexOf('\0') + 1);
            SchemaJudge judge = SchemaJudge.of(parsed(schema));
            Object value = parsed(data);
            double read = micros(() -> parsed(data), HOSTILE_TIMES);
            double judged = micros(() -> judge.judge(value), HOSTILE_TIMES);
            System.out.printf(
                    Locale.ROOT,
                    "%-45s read %6.2f ms, judge %7.2f ms, %s%n",
                    name,
                    read / 1e3,
                    judged / 1e3,
                    judge.judge(value).stream().limit(2).toList());
        });
    }

    private static String pair(String schema, String data) {
        return schema.replace('\'', '"') + '\0' + data;
    }

    private static String fields(int count, String schema) {
        return IntStream.range(0, count).mapToObj(i -> "'f" + i + "':" + schema).collect(Collectors.joining(","));
    }

    private static String names(int count) {
        return IntStream.range(0, count).mapToObj(i -> "'f" + i + "'").collect(Collectors.joining(","));
    }

    private static String foreign() {
        return IntStream.range(0, 170)
                .mapToObj(i -> "\"" + "\u20ac".repeat(120) + i + "\":1")
                .collect(Collectors.joining(",", "{", "}"));
    }

    /** Texts that differ, and have one hash. */
    private static String collisions() {
        return IntStream.range(0, 1_600)
                .mapToObj(i -> IntStream.range(0, 11)
                        .mapToObj(digit -> (i >> digit & 1) == 1 ? "Aa" : "BB")
                        .collect(Collectors.joining("", "{\"k\":\"", "\"}")))
                .collect(Collectors.joining(",", "[", "]"));
    }

    private static String distinct() {
        StringBuilder all = new StringBuilder("[");
        for (int i = 10_000; all.length() < FRAME; i++) {
            all.append(i).append(',');
        }
        return all + "0]";
    }

    private static String wide(String prefix) {
        StringBuilder all = new StringBuilder("{");
        for (int i = 0; all.length() < FRAME; i++) {
            all.append('"')
                    .append(prefix)
                    .append('a')
                    .append(Integer.toString(i, 36))
                    .append("\":1,");
        }
        return all + "\"a\":1}";
    }

    private static String deep(int nameLength) {
        String name = "\"" + "é".repeat(nameLength) + "\"";
        String open = ("{" + name + ":").repeat(8);
        return open + "[" + "1,".repeat((FRAME - open.getBytes(UTF_8).length) / 2) + "\"\"]" + "}".repeat(8);
    }

    private static double micros(Runnable step, int times) {
        for (int i = 0; i < times / 5; i++) {
            step.run();
        }
        long start = THREADS.getCurrentThreadCpuTime();
        for (int i = 0; i < times; i++) {
            step.run();
        }
        return (THREADS.getCurrentThreadCpuTime() - start) / 1e3 / times;
    }

    private static Object parsed(String json) {
        return JsonTree.read(json.getBytes(UTF_8)).fold(Objects::requireNonNull, (reason, details) -> {
            throw new IllegalArgumentException(json);
        });
    }
}
