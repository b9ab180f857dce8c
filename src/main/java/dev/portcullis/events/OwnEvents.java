package dev.portcullis.events;

import dev.portcullis.content.ContentConfig;
import dev.portcullis.content.ContentPolicy;

/**
 * The events of the application, as a node has them.
 *
 * @param content how their texts are made safe
 */
public record OwnEvents(EventTypes types, ContentConfig content) {
    /** A judge of their data, for one event loop. */
    public EventJudge newJudge() {
        return new SchemaEventJudge(types, new ContentPolicy(content));
    }
}
