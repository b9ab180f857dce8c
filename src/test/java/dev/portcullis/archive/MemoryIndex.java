package dev.portcullis.archive;

import dev.portcullis.search.Words;
import io.vertx.core.Future;
import java.util.List;
import java.util.Optional;

/** The simplest index: it looks at all messages for each question. Tests compare other indexes with it. */
record MemoryIndex(MemoryArchive archive) implements MessageIndex {
    @Override
    public Future<List<Place>> find(Query query, int most) {
        return Future.succeededFuture(archive.all().stream()
                .map(SearchedMessage::of)
                .flatMap(Optional::stream)
                .filter(message -> message.isMeantBy(query))
                .filter(message -> Words.terms(message.text()).containsAll(query.terms()))
                .map(SearchedMessage::place)
                .sorted(Place.NEWEST_FIRST)
                .limit(most)
                .toList());
    }
}
