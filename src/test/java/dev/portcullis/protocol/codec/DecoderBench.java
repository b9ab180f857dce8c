package dev.portcullis.protocol.codec;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.StreamReadFeature;
import io.vertx.core.json.jackson.JacksonCodec;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.function.Function;

/**
 * Measures the cost of decoding a chat frame, against Vert.x's own strict parse of the same bytes, which checks no
 * schema. The ratio is the result. Run it by hand: {@code java -cp … dev.portcullis.protocol.codec.DecoderBench}.
 */
final class DecoderBench {
    private static final int ROUNDS = 8;
    private static final int DECODES = 1_000_000;
    private static final byte[] CHAT =
            ("{\"type\":\"chat\",\"id\":\"018f3c2e7b1a7c3d9e4f\",\"roomId\":\"room-1\",\"content\":\"Has anybody seen the "
                            + "key to the gate? It hung beside the door this morning.\",\"timestamp\":1700000000000}")
                    .getBytes(UTF_8);
    private static final JsonFactory FACTORY = JsonFactory.builder()
            .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
            .streamReadConstraints(
                    StreamReadConstraints.builder().maxNestingDepth(10).build())
            .build();

    private DecoderBench() {}

    public static void main(String[] args) {
        for (int round = 1; round <= ROUNDS; round++) {
            double decoder = nanosEach(FrameDecoder::decode);
            double baseline = nanosEach(DecoderBench::parse);
            System.out.printf(
                    "round %d: decoder %.0f ns, JacksonCodec %.0f ns, ratio %.2f%n",
                    round, decoder, baseline, decoder / baseline);
        }
    }

    private static double nanosEach(Function<byte[], Object> decode) {
        Object last = "";
        long start = System.nanoTime();
        for (int i = 0; i < DECODES; i++) {
            last = decode.apply(CHAT);
        }
        double nanos = (double) (System.nanoTime() - start) / DECODES;
        return last.toString().isEmpty() ? Double.NaN : nanos; // used, so that it is not optimised away
    }

    private static Object parse(byte[] frame) {
        try (JsonParser parser = FACTORY.createParser(frame)) {
            return JacksonCodec.fromParser(parser, Object.class);
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }
}
