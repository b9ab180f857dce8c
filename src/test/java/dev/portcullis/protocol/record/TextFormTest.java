package dev.portcullis.protocol.record;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.AnyValue;
import dev.portcullis.protocol.WireName;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class TextFormTest {
    private static final int ROUNDS = 500;

    private enum Colour {
        RED,
        GREEN
    }

    private record Name(String value) {
        private Name {
            if (value.isEmpty()) {
                throw new IllegalArgumentException("no name");
            }
        }
    }

    private sealed interface Body {}

    @WireName("Ball")
    private record Ball(int radius) implements Body {}

    @WireName("Cube")
    private record Cube(long edge, Colour colour) implements Body {}

    @SuppressWarnings("ArrayRecordComponent")
    private record Everything(
            String text,
            boolean flag,
            int number,
            long large,
            byte[] bytes,
            Colour colour,
            Optional<String> maybe,
            Optional<Long> maybeLarge,
            Optional<Cube> maybeCube,
            List<Ball> balls,
            Set<String> words,
            Map<String, List<Cube>> cubes,
            Ball ball,
            Body body) {}

    private record Before(Name name, long at) {}

    private record After(Name name, long at, Optional<String> reason, List<String> words, boolean flag, long more) {}

    @Test
    void encoded_value_is_decoded_unchanged() {
        long seed = System.nanoTime();
        AnyValue any = new AnyValue(seed);
        TextForm<Everything> form = TextForm.of(Everything.class);
        for (int i = 0; i < ROUNDS; i++) {
            Everything stored = any.of(Everything.class);
            assertThat(form.decode(form.encode(stored)).orElseThrow())
                    .as("seed %d, round %d", seed, i)
                    .usingRecursiveComparison()
                    .isEqualTo(stored);
        }
    }

    @Test
    void record_is_a_list_of_its_components_and_one_of_one_component_is_that_component() {
        assertThat(TextForm.of(Before.class).encode(new Before(new Name("ann"), 7)))
                .isEqualTo("[\"ann\",7]");
        assertThat(TextForm.of(Name.class).encode(new Name("ann"))).isEqualTo("\"ann\"");
    }

    @Test
    void appended_components_are_absent_in_an_older_row_and_skipped_in_a_newer_one() {
        Name ann = new Name("ann");
        assertThat(TextForm.of(After.class).decode("[\"ann\",7]"))
                .contains(new After(ann, 7, Optional.empty(), List.of(), false, 0));
        After after = new After(ann, 7, Optional.of("x"), List.of("a", "b"), true, 9);
        assertThat(TextForm.of(Before.class).decode(TextForm.of(After.class).encode(after)))
                .contains(new Before(ann, 7));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "x",
                "null",
                "[]",
                "[\"ann\",\"7\"]",
                "[\"ann\",7.5]",
                "[\"ann\",99999999999999999999]",
                "[\"\",7]",
                "[\"ann\",7",
                "[\"ann\",7]]",
                "[\"ann\",7] 8",
                "[\"ann\",7,[",
                "{\"name\":\"ann\",\"at\":7}"
            })
    void other_text_is_no_value(String text) {
        assertThat(TextForm.of(Before.class).decode(text)).isEmpty();
    }

    @Test
    void unknown_constant_or_kind_is_no_value() {
        assertThat(TextForm.of(Cube.class).decode("[7,\"BLUE\"]")).isEmpty();
        assertThat(TextForm.of(Body.class).decode("\"Cone\" [1]")).isEmpty();
    }

    /** A row that another program has damaged fails its read, and nothing else. */
    @Test
    void damaged_text_is_no_value_or_another_one_and_never_an_exception() {
        long seed = System.nanoTime();
        Random random = new Random(seed);
        TextForm<Everything> form = TextForm.of(Everything.class);
        AnyValue any = new AnyValue(seed);
        for (int i = 0; i < ROUNDS; i++) {
            StringBuilder text = new StringBuilder(form.encode(any.of(Everything.class)));
            for (int change = 0; change <= random.nextInt(3); change++) {
                text.setCharAt(random.nextInt(text.length()), (char) random.nextInt(256));
            }
            form.decode(text.toString()).ifPresent(value -> assertThat(value).isNotNull());
        }
    }
}
