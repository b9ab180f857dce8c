package dev.portcullis.streams.redis;

import dev.portcullis.streams.ConversationContract;
import org.junit.jupiter.api.AutoClose;

class RedisConversationTest extends ConversationContract {
    @AutoClose
    private final RestartedInboxes inboxes = new RestartedInboxes();

    @Override
    protected Opened open() throws Exception {
        return inboxes.open(clock);
    }
}
