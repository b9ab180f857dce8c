package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.RoomId;
import dev.portcullis.protocol.UserId;
import io.vertx.core.json.JsonArray;
import io.vertx.core.json.JsonObject;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class PatternCompilerTest {
    private static final int TEXTS = 20_000;
    private static final String[] SAMPLES = {
        "",
        "https://a.example/x?q=%20&y=[1]",
        "018f3c2e-7b1a-7c3d-9e4f-0123456789ab",
        "image/svg+xml",
        "h:Az09_.:-@|+",
        "a".repeat(65),
        "a".repeat(128),
        "lobby",
        "👋🏽",
        "xyyyab",
    };

    @Test
    void every_pattern_of_the_schemas_matches_like_java() {
        for (String pattern : patternsOfClientFrames()) {
            assertMatchesLikeJava(pattern);
        }
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "^$",
                "^a?b?c$",
                "^a{2}b{1,3}c{2,}$",
                "^(ab){3}x$",
                "^(a[0-9]{2}(-x){2}){2}$",
                "^\\/\\.\\*\\(\\)\\[\\]\\{\\}\\|\\^\\$\\\\\\?\\+$",
                "^[a\\-z]+/[\\^\\]]*$",
                "^x*y+[ab]?$",
            })
    void each_construct_matches_like_java(String pattern) {
        assertMatchesLikeJava(pattern);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "a",
                "^a",
                "a$",
                "^a$b",
                "^x[^]*$",
                "^.$",
                "^a|b$",
                "^(a|b){2}$",
                "^(a)$",
                "^(a)*$",
                "^(a){1,2}$",
                "^(?:a){2}$",
                "^(?=a)a$",
                "^(a){2$",
                "^(a{2}$",
                "^a)$",
                "^a{$",
                "^a{}$",
                "^a{2,1}$",
                "^a{1000000000}$",
                "^a{1,$",
                "^a**$",
                "^a*?$",
                "^+$",
                "^[a$",
                "^[a-$",
                "^[z-a]$",
                "^[^a]$",
                "^[[a]]$",
                "^]$",
                "^\\d+$",
                "^[\\d]$",
                "^\\p{L}*$",
                "^\\P{Cs}+$",
                "^\\P{Cs}*x$",
                "^\\u0061$",
                "^\\1$",
                "^é$",
                "^[a-é]$",
                "^a\\",
                "^a\0$",
            })
    void unsupported_pattern_is_refused(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatternCompiler.compile(pattern))
                .withMessageContaining(pattern);
    }

    /** CWE-1333. */
    @ParameterizedTest
    @ValueSource(
            strings = {"^a*a$", "^a+a+$", "^a{1,2}[a-c]$", "^a*b?a$", "^a?[a-z]*$", "^(a*b?){2}$", "^[ab]*c*[b-d]$"})
    void pattern_that_needs_backtracking_is_refused(String pattern) {
        assertThatIllegalArgumentException()
                .isThrownBy(() -> PatternCompiler.compile(pattern))
                .withMessageContaining("backtracking");
    }

    /** The syntax holds for every id, also for one that comes in no frame. */
    @Test
    void ids_of_rooms_and_users_match_the_patterns_of_the_schemas() {
        String room = pattern("remove_user", "roomId");
        String user = pattern("remove_user", "userId");
        assertAgree(RoomId::isValid, room);
        assertAgree(UserId::isValid, user);
    }

    private static void assertMatchesLikeJava(String pattern) {
        assertAgree(PatternCompiler.compile(pattern)::matches, pattern);
    }

    private static void assertAgree(Predicate<String> ours, String pattern) {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        Predicate<String> java =
                Pattern.compile(pattern.replaceFirst("\\$$", "\\\\z")).asPredicate();
        for (int i = 0; i < TEXTS; i++) {
            String text = text(random, pattern);
            assertThat(ours.test(text))
                    .as("seed %d: %s on %s", seed, pattern, JsonText.print(text))
                    .isEqualTo(java.test(text));
        }
    }

    /** A sample, or characters of the pattern itself, with random changes. */
    private static String text(Random random, String pattern) {
        StringBuilder text = new StringBuilder();
        if (random.nextBoolean()) {
            text.append(SAMPLES[random.nextInt(SAMPLES.length)]);
        } else {
            for (int i = random.nextInt(9); i > 0; i--) {
                text.append(pattern.charAt(random.nextInt(pattern.length())));
            }
        }
        for (int i = random.nextInt(3); i > 0; i--) {
            int at = random.nextInt(text.length() + 1);
            if (at < text.length() && random.nextBoolean()) {
                text.deleteCharAt(at);
            } else {
                text.insert(
                        at, (char) (random.nextInt(8) == 0 ? 0xd7fc + random.nextInt(0x900) : random.nextInt(0x82)));
            }
        }
        return text.toString();
    }

    private static Set<String> patternsOfClientFrames() {
        Set<String> patterns = new TreeSet<>();
        for (FrameType type : FrameType.values()) {
            collect(schema(type.id()), patterns);
        }
        assertThat(patterns).hasSizeGreaterThan(5);
        return patterns;
    }

    private static void collect(Object node, Set<String> into) {
        if (node instanceof JsonObject object) {
            if (object.getValue("pattern") instanceof String pattern) {
                into.add(pattern);
            }
            object.forEach(entry -> collect(entry.getValue(), into));
        } else if (node instanceof JsonArray array) {
            array.forEach(item -> collect(item, into));
        }
    }

    private static String pattern(String type, String field) {
        return schema(type).getJsonObject("properties").getJsonObject(field).getString("pattern");
    }

    private static JsonObject schema(String name) {
        return new JsonObject(new String(JsonSchemas.find(name).orElseThrow(), UTF_8));
    }
}
