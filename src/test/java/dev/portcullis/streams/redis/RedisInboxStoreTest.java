package dev.portcullis.streams.redis;

import dev.portcullis.streams.InboxStoreContract;
import org.junit.jupiter.api.AutoClose;

class RedisInboxStoreTest extends InboxStoreContract {
    @AutoClose
    private final RestartedInboxes inboxes = new RestartedInboxes();

    @Override
    protected Opened open() throws Exception {
        return inboxes.open(clock);
    }
}
