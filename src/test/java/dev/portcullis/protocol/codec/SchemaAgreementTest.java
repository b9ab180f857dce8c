package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.Rejection;
import dev.portcullis.protocol.Rejection.Violation;
import dev.portcullis.protocol.codec.SchemaOracle.Judgement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The decoder accepts exactly the frames that the published schemas accept, and names their keywords. */
class SchemaAgreementTest {
    private static final int FRAMES = 20_000;

    /** Some mistakes are in one frame of 3,000: one of some 100 seeds makes none of them in the frames above. */
    private static final int MOST_FRAMES = 10 * FRAMES;

    private static final int[] BOUNDS = {1, 32, 36, 64, 127, 128, 255, 256, 1_000, 2_048, 5_000, 16_384};
    private static final Set<String> KEYWORDS = Set.of(
            "additionalProperties",
            "dependentRequired",
            "enum",
            "maximum",
            "maxItems",
            "maxLength",
            "minimum",
            "minItems",
            "minLength",
            "not",
            "oneOf",
            "pattern",
            "propertyNames",
            "required",
            "type",
            "uniqueItems");

    private final SchemaOracle oracle = new SchemaOracle();
    private final Set<String> seen = new TreeSet<>();
    private int accepted;

    @Test
    void random_frame_gets_the_same_verdict_from_decoder_and_schemas() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        Random random = new Random(seed);
        FrameMaker maker = new FrameMaker(random, 3);
        FrameSpoiler spoiler = new FrameSpoiler(random, maker);
        FrameType[] types = FrameType.values();
        for (int i = 0; i < FRAMES || (i < MOST_FRAMES && !seen.containsAll(KEYWORDS)); i++) {
            Map<String, Object> frame = maker.valid(types[random.nextInt(types.length)]);
            for (int mutations = random.nextInt(3); mutations > 0; mutations--) {
                spoiler.spoil(frame);
            }
            compare(JsonText.print(frame), "seed " + seed + ", frame " + i);
        }
        assertThat(seen).as("seed %d made every kind of mistake", seed).containsAll(KEYWORDS);
        assertThat(accepted).as("seed %d made enough good frames", seed).isGreaterThan(FRAMES / 4);
    }

    @Test
    void valid_frame_of_each_type_is_accepted_by_both() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        FrameMaker maker = new FrameMaker(new Random(seed), 3);
        for (FrameType type : FrameType.values()) {
            for (int i = 0; i < 50; i++) {
                String text = JsonText.print(maker.valid(type));
                assertThat(oracle.judge(text).violations())
                        .as("seed %d: %s", seed, text)
                        .isEmpty();
                assertThat(failure(text)).as("seed %d: %s", seed, text).isEmpty();
            }
        }
    }

    @Test
    void string_at_every_bound_and_with_every_ascii_character_gets_the_same_verdict() {
        long seed = Long.getLong("portcullis.seed", System.nanoTime());
        FrameMaker maker = new FrameMaker(new Random(seed), 1);
        for (FrameType type : FrameType.values()) {
            Map<String, Object> frame = maker.valid(type);
            frame.remove("type");
            forEachString(frame, (text, set) -> {
                for (String variant : variants(text)) {
                    set.accept(variant);
                    frame.put("type", type.id());
                    compare(JsonText.print(frame), "seed " + seed);
                    frame.remove("type");
                }
                set.accept(text);
            });
        }
    }

    private static void forEachString(Object node, BiConsumer<String, Consumer<String>> each) {
        if (node instanceof Map<?, ?> map) {
            for (Map.Entry<?, ?> entry : List.copyOf(map.entrySet())) {
                if (entry.getValue() instanceof String text) {
                    each.accept(text, value -> FrameSpoiler.cast(map).put((String) entry.getKey(), value));
                } else {
                    forEachString(entry.getValue(), each);
                }
            }
        } else if (node instanceof List<?> list) {
            list.forEach(item -> forEachString(item, each));
        }
    }

    private static List<String> variants(String text) {
        List<String> variants = new ArrayList<>();
        for (int bound : BOUNDS) {
            for (int length = Math.max(0, bound - 1); length <= bound + 1; length++) {
                variants.add("a".repeat(length));
                variants.add(
                        length < text.length() ? text.substring(0, length) : text + "a".repeat(length - text.length()));
            }
        }
        for (char c = 0; c <= 0x80; c++) {
            variants.add(c + text);
            variants.add(text + c);
            variants.add(text.isEmpty() ? "" : text.substring(0, text.length() - 1) + c);
        }
        return variants;
    }

    private void compare(String text, String where) {
        Judgement judgement = oracle.judge(text);
        Optional<Rejection.Failed> failure = failure(text);

        assertThat(failure.map(Rejection.Failed::reason))
                .as("%s: %s", where, text)
                .isEqualTo(judgement.refusal());
        accepted += failure.isEmpty() ? 1 : 0;
        for (Violation detail : failure.map(Rejection.Failed::details).orElse(List.of())) {
            seen.add(detail.rule());
            if (!judgement.violations().isEmpty()) {
                assertThat(judgement.violations())
                        .as("%s: %s finds %s", where, text, detail)
                        .containsAnyElementsOf(asTheOracleReports(detail));
            }
        }
    }

    /** The oracle reports a missing field at its object, the decoder at the field. */
    private static List<String> asTheOracleReports(Violation detail) {
        List<String> all = new ArrayList<>();
        boolean missing = detail.rule().equals("required");
        String path = missing ? detail.path().substring(0, detail.path().lastIndexOf('/')) : detail.path();
        all.add(detail.rule() + " at " + path);
        if (detail.rule().equals("additionalProperties")) { // a name that can't be reported is reported as its object
            all.add(detail.rule() + " at " + path + "/" + "x".repeat(80));
            all.add(detail.rule() + " at " + path + "/%EF%BF%BD"); // an unpaired surrogate, as the oracle reads it
        }
        return all;
    }

    private static Optional<Rejection.Failed> failure(String text) {
        return FrameDecoder.decode(text.getBytes(UTF_8))
                .fold(
                        frame -> Optional.empty(),
                        malformed -> malformed.why().fold(limited -> Optional.empty(), Optional::of));
    }
}
