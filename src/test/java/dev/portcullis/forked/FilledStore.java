package dev.portcullis.forked;

import dev.portcullis.protocol.RoomId;
import dev.portcullis.streams.AppendRequest;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.StreamWindow;
import dev.portcullis.streams.embedded.EmbeddedStreamsFixture;
import io.vertx.core.Future;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;

/** Fills the store of a node that is not started yet, so that a backup of it has something to copy. */
final class FilledStore {
    private static final StreamWindow KEPT = new StreamWindow(1_000_000, TimeUnit.DAYS.toMillis(30));
    private static final int AT_ONCE = 5_000;
    private static final int STREAMS = 1_000;

    private FilledStore() {}

    /** Each entry has a text of 300 characters that hardly gets smaller. */
    static void fill(Path folder, int entries) throws Exception {
        Random random = new Random(entries);
        try (EmbeddedStreamsFixture opened = EmbeddedStreamsFixture.open(folder, System::currentTimeMillis)) {
            for (int done = 0; done < entries; done += AT_ONCE) {
                List<Future<?>> step = new ArrayList<>();
                for (int i = 0; i < Math.min(AT_ONCE, entries - done); i++) {
                    step.add(opened.streams().append(entry(random, (done + i) % STREAMS)));
                }
                Future.all(step).await(180, TimeUnit.SECONDS);
            }
        }
    }

    /** An entry of one of the streams that are filled. */
    static AppendRequest entry(int stream) {
        return entry(ThreadLocalRandom.current(), stream);
    }

    private static AppendRequest entry(Random random, int stream) {
        StringBuilder text = new StringBuilder(320);
        while (text.length() < 300) {
            text.append(Long.toString(random.nextLong(), Character.MAX_RADIX));
        }
        return new AppendRequest(
                StreamName.room(new RoomId("filled-" + stream)),
                KEPT,
                0,
                text.toString().getBytes(StandardCharsets.UTF_8),
                Optional.empty(),
                Optional.empty(),
                Long.MAX_VALUE);
    }
}
