package dev.portcullis.streams.redis;

import dev.portcullis.kit.RedisConsole;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.BacklogContract;
import dev.portcullis.streams.StreamName;
import org.junit.jupiter.api.AutoClose;

class RedisBacklogTest extends BacklogContract {
    @AutoClose
    private final RestartedInboxes inboxes = new RestartedInboxes();

    @Override
    protected Opened open() throws Exception {
        return inboxes.open(clock);
    }

    @Override
    protected long backlogs() {
        return new RedisConsole(inboxes.redis())
                .count("HLEN", RedisInboxStore.backlogs(StreamName.inbox(new UserId("bob"))));
    }
}
