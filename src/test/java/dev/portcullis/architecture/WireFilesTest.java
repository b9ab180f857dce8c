package dev.portcullis.architecture;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.AnyValue;
import dev.portcullis.protocol.record.WireForm;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;

/** During an upgrade two releases run in one cluster, so each must decode the messages of the other. */
class WireFilesTest {
    private static final int ROUNDS = 20;
    private static final Map<String, Class<?>> ALL = Travelling.all();

    @TestFactory
    Stream<DynamicTest> all_that_was_released_is_read_as_it_was_meant() {
        return each((name, type) -> {
            WireFile file = WireFile.read(name);
            assertThat(file.breaches(Outline.of(type))).isEmpty();
            for (String sample : file.samples()) {
                assertReads(file, type, HexFormat.of().parseHex(sample));
            }
        });
    }

    @TestFactory
    Stream<DynamicTest> all_that_travels_is_on_file() {
        return each((name, type) -> {
            WireFile file = WireFile.read(name);
            assertThat(file.samples()).as("run WireFile.main").isNotEmpty();
            assertThat(Outline.of(type))
                    .as("run WireFile.main and look at the difference")
                    .isEqualTo(file.outline());
        });
    }

    @TestFactory
    Stream<DynamicTest> all_that_travels_arrives_as_it_was_sent() {
        return each((name, type) -> {
            assertArrive(type);
        });
    }

    @Test
    void declared_questions_answers_and_notices_are_found() {
        assertThat(ALL)
                .containsKeys(
                        "broadcast.publish.asked",
                        "broadcast.publish.answered",
                        "edge.carry.told",
                        "bus.RemoteRequest",
                        "bus.NoticeBatch");
    }

    @Test
    void released_class_that_is_no_longer_sent_is_still_decoded() throws IOException {
        try (Stream<Path> files = Files.list(WireFile.FOLDER)) {
            assertThat(files.map(file -> file.getFileName().toString().replace(".txt", "")))
                    .isSubsetOf(ALL.keySet());
        }
    }

    @Test
    void outline_shows_changes_that_break_the_previous_release() {
        Set<String> before =
                Set.of("/0 a: String", "/1 b: constant", "/1 b/RED", "/2 l: List<record>", "/2 l/*/0 m: String");
        assertThat(Outline.breaches(before, before)).isEmpty();
        assertThat(Outline.breaches(before, with(before, "/3 c: Optional<record>", "/3 c/*/0 d: int")))
                .isEmpty();
        assertThat(Outline.breaches(before, with(before, "/1 b/BLUE"))).isEmpty();
        assertThat(Outline.breaches(before, with(before, "/3 c: int"))).hasSize(1);
        assertThat(Outline.breaches(before, with(before, "/2 l/*/1 n: String"))).hasSize(1);
        assertThat(Outline.breaches(with(before, "/1 b/BLUE"), before)).containsExactly("gone: /1 b/BLUE");
    }

    private static Set<String> with(Set<String> lines, String... more) {
        return Stream.concat(lines.stream(), Stream.of(more)).collect(Collectors.toSet());
    }

    /** A sample that is older than a component lacks that component. */
    private static <T> void assertReads(WireFile file, Class<T> type, byte[] bytes) {
        WireForm<T> form = WireForm.of(type);
        Optional<T> value = form.decode(bytes);
        assertThat(value).isPresent();
        byte[] now = form.encode(value.orElseThrow());
        if (now.length > bytes.length) {
            assertThat(form.decode(now)).get().usingRecursiveComparison().isEqualTo(value.orElseThrow());
        } else if (Outline.of(type).equals(file.outline())) {
            assertThat(now).isEqualTo(bytes);
        }
    }

    private static <T> void assertArrive(Class<T> type) {
        long seed = System.nanoTime();
        AnyValue any = new AnyValue(seed);
        WireForm<T> form = WireForm.of(type);
        for (int i = 0; i < ROUNDS; i++) {
            T sent = any.of(type);
            assertThat(form.decode(form.encode(sent)))
                    .as("seed %d, round %d", seed, i)
                    .get()
                    .usingRecursiveComparison()
                    .isEqualTo(sent);
        }
    }

    private interface Check {
        void of(String name, Class<?> type) throws Exception;
    }

    private static Stream<DynamicTest> each(Check check) {
        return ALL.entrySet().stream()
                .map(each -> DynamicTest.dynamicTest(each.getKey(), () -> check.of(each.getKey(), each.getValue())));
    }
}
