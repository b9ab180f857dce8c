package dev.portcullis.archive;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.protocol.FrameType;
import dev.portcullis.protocol.UserId;
import dev.portcullis.streams.DirectConversation;
import dev.portcullis.streams.EntryFrame;
import dev.portcullis.streams.EntryState;
import dev.portcullis.streams.LatestSlice.LatestEntry;
import dev.portcullis.streams.StreamEntry;
import java.io.IOException;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * A message as a search sees it. This is the rule for every index: which entries are searched, and by which text.
 *
 * @param with the other user of the conversation; empty for the message of a room
 * @param text the latest text as its author wrote it
 */
public record SearchedMessage(Place place, UserId author, Optional<UserId> with, String text) {
    private static final JsonFactory JSON = new JsonFactory();
    private static final String TYPE = "type";
    private static final String USER = "userId";
    private static final String SAFE = "content";
    private static final String ORIGINAL = "text";
    private static final Set<String> FIELDS = Set.of(TYPE, USER, SAFE, ORIGINAL);
    private static final Set<String> TYPES = Set.of(FrameType.CHAT.id(), FrameType.CHAT_MESSAGE.id());

    /** The message of an entry; empty for what is no message of chat, or is deleted. */
    public static Optional<SearchedMessage> of(LatestEntry latest) {
        return latest.state() == EntryState.MESSAGE || latest.state() == EntryState.EDITED
                ? of(latest, texts(latest.entry()))
                : Optional.empty();
    }

    private static Optional<SearchedMessage> of(LatestEntry latest, Map<String, String> message) {
        Optional<UserId> author =
                Optional.ofNullable(message.get(USER)).filter(UserId::isValid).map(UserId::new);
        Map<String, String> shown =
                latest.amendment().map(SearchedMessage::texts).orElse(message);
        Optional<String> text = Optional.ofNullable(shown.getOrDefault(ORIGINAL, shown.get(SAFE)));
        return author.filter(any -> TYPES.contains(message.getOrDefault(TYPE, "")))
                .flatMap(user -> text.map(words -> new SearchedMessage(
                        Place.of(latest.entry()),
                        user,
                        DirectConversation.of(latest.entry()).map(DirectConversation::other),
                        words)));
    }

    /** Whether the query means this message, apart from its words. */
    boolean isMeantBy(Query query) {
        return query.streams().contains(place.stream())
                && query.author().filter(other -> !other.equals(author)).isEmpty()
                && (query.with().isEmpty() || query.with().equals(with))
                && place.timestamp() > query.after()
                && place.timestamp() < query.before()
                && query.behind()
                        .filter(last -> Place.NEWEST_FIRST.compare(place, last) <= 0)
                        .isEmpty();
    }

    /** The texts of a body that are asked for, where they are fields of its own. */
    private static Map<String, String> texts(StreamEntry entry) {
        Map<String, String> texts = new TreeMap<>();
        try (JsonParser parser = JSON.createParser(EntryFrame.frame(entry))) {
            parser.nextToken();
            for (String name = parser.nextFieldName(); name != null; name = parser.nextFieldName()) {
                if (parser.nextToken() == JsonToken.VALUE_STRING && FIELDS.contains(name)) {
                    texts.put(name, parser.getText());
                }
                parser.skipChildren();
            }
            return texts;
        } catch (IOException notJson) { // the server wrote it, so it is the body of another kind of entry
            return Map.of();
        }
    }
}
