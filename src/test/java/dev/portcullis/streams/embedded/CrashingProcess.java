package dev.portcullis.streams.embedded;

import dev.portcullis.store.embedded.EmbeddedStore;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.AppendResult;
import dev.portcullis.streams.StreamEntry;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamStore;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/** Appends concurrently until it is killed, and prints acknowledged entries: stream, position, body. */
final class CrashingProcess {
    private static final int AT_ONCE = 64;

    private CrashingProcess() {}

    public static void main(String[] arguments) throws Exception {
        EmbeddedStore store = EmbeddedStore.open(Path.of(arguments[0]), EmbeddedStreamsFixture.CONFIG);
        EmbeddedStreamStore streams =
                EmbeddedStreamStore.open(store, System::currentTimeMillis).await(30, TimeUnit.SECONDS);
        Semaphore free = new Semaphore(AT_ONCE);
        for (int i = 0; ; i++) {
            free.acquire();
            String body = "body-" + i;
            append(streams, StoreCrashTest.stream(i % StoreCrashTest.STREAMS), body)
                    .onSuccess(entry -> acknowledge(entry, body))
                    .onComplete(any -> free.release());
        }
    }

    static Future<StreamEntry> append(StreamStore streams, StreamName stream, String body) {
        byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
        return streams.append(new AppendRequest(
                        stream, StoreCrashTest.ALL, 0, bytes, Optional.empty(), Optional.empty(), Long.MAX_VALUE))
                .map(outcome -> ((AppendResult.Stored) outcome).entry());
    }

    private static void acknowledge(StreamEntry entry, String body) {
        System.out.println(StoreCrashTest.position(entry) + " " + body + " .");
        System.out.flush();
    }
}
