package dev.portcullis.streams.redis;

import dev.portcullis.streams.InboxTrimContract;
import org.junit.jupiter.api.AutoClose;

class RedisInboxTrimTest extends InboxTrimContract {
    @AutoClose
    private final RestartedInboxes inboxes = new RestartedInboxes();

    @Override
    protected Opened open() throws Exception {
        return inboxes.open(clock);
    }
}
