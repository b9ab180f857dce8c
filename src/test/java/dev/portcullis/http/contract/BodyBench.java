package dev.portcullis.http.contract;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.protocol.codec.JsonTree;
import java.util.function.Supplier;

/**
 * Measures what it costs to read and judge a body and a parameter, against reading the same bytes without a schema. The ratio is the
 * result. Run it by hand: {@code java -cp … dev.portcullis.http.contract.BodyBench}.
 */
final class BodyBench {
    private static final int ROUNDS = 6;
    private static final int READS = 100_000;
    private static final byte[] BODY =
            "{\"username\":\"ann.miller\",\"email\":\"ann.miller@example.com\",\"password\":\"correct horse battery staple\"}"
                    .getBytes(UTF_8);
    private static final byte[] UNFIT =
            "{\"username\":\"a b\",\"email\":\"ann.miller\",\"password\":7,\"more\":true}".getBytes(UTF_8);

    private BodyBench() {}

    public static void main(String[] args) {
        InputSchema body = ApiContract.published()
                .operation("register")
                .body()
                .orElseThrow()
                .schema();
        InputSchema parameter =
                ApiContract.published().operation("getRoom").parameters().get(0).schema();
        for (int round = 1; round <= ROUNDS; round++) {
            double read = nanosEach(() -> JsonTree.read(BODY));
            double fits = nanosEach(() -> body.read(BODY));
            System.out.printf(
                    "round %d: read %.0f ns, body %.0f ns, ratio %.1f; body that does not fit %.0f ns; parameter %.0f ns%n",
                    round,
                    read,
                    fits,
                    fits / read,
                    nanosEach(() -> body.read(UNFIT)),
                    nanosEach(() -> parameter.readText("team-red", value -> true, violations -> false)));
        }
    }

    private static double nanosEach(Supplier<Object> work) {
        Object last = "";
        long start = System.nanoTime();
        for (int i = 0; i < READS; i++) {
            last = work.get();
        }
        double nanos = (double) (System.nanoTime() - start) / READS;
        return last.toString().isEmpty() ? Double.NaN : nanos; // used, so that it is not optimised away
    }
}
