package dev.portcullis.archive.embedded;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.archive.SearchedMessage;
import dev.portcullis.archive.embedded.Unindexed.Change;
import dev.portcullis.store.StoreFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.lucene.document.Document;
import org.apache.lucene.index.ConcurrentMergeScheduler;
import org.apache.lucene.index.IndexWriter;
import org.apache.lucene.index.IndexWriterConfig;
import org.apache.lucene.index.QueryTimeout;
import org.apache.lucene.index.Term;
import org.apache.lucene.index.TieredMergePolicy;
import org.apache.lucene.search.IndexSearcher;
import org.apache.lucene.search.SearcherManager;
import org.apache.lucene.search.TopFieldCollectorManager;
import org.apache.lucene.search.TopFieldDocs;
import org.apache.lucene.store.FSDirectory;

/** The files of the index. One thread changes them; searches see what was refreshed last. */
final class LuceneFolder implements AutoCloseable {
    /** Another form of the documents, or of their words, is another format: the index is then made again. */
    static final String FORMAT = "3";

    private static final double BUFFER_MB = 16;
    private static final int WAITING_MERGES = 4;

    private final FSDirectory files;
    private final IndexWriter writer;
    private final SearcherManager searchers;
    private final TermStream terms = new TermStream();

    /**
     * What the index has, written with it.
     *
     * @param upTo the number of the last change that it has
     * @param walked while it is made from the archive, the key of the last entry that it has; empty once it has all
     * @param ahead the number of the last change that it may have before its turn; of no later one it has the document
     */
    record State(long upTo, Optional<byte[]> walked, long ahead) {
        /** Whether the index has all that the archive had when it was made. */
        boolean isMade() {
            return walked.isEmpty();
        }

        private Map<String, String> encode() {
            Map<String, String> texts = new TreeMap<>();
            texts.put("format", FORMAT);
            texts.put("upTo", Long.toString(upTo));
            texts.put("ahead", Long.toString(ahead));
            walked.ifPresent(key -> texts.put("walked", HexFormat.of().formatHex(key)));
            return texts;
        }

        private static Optional<State> decode(Map<String, String> texts) {
            return Optional.of(texts)
                    .filter(any -> FORMAT.equals(texts.get("format")))
                    .map(any -> new State(
                            Long.parseLong(texts.getOrDefault("upTo", "0")),
                            Optional.ofNullable(texts.get("walked")).map(HexFormat.of()::parseHex),
                            Long.parseLong(texts.getOrDefault("ahead", "0"))));
        }
    }

    private LuceneFolder(FSDirectory files, IndexWriter writer) throws IOException {
        this.files = files;
        this.writer = writer;
        this.searchers = new SearcherManager(writer, null);
    }

    /** Opens what is there, or an empty index. Fails if the files are damaged, or of another release of the engine. */
    static LuceneFolder open(Path folder) throws IOException {
        Files.createDirectories(folder);
        FSDirectory files = FSDirectory.open(folder);
        boolean open = false;
        try {
            LuceneFolder opened = new LuceneFolder(files, new IndexWriter(files, config()));
            open = true;
            return opened;
        } finally {
            if (!open) {
                files.close();
            }
        }
    }

    /** Deletes all files. */
    static void clear(Path folder) throws IOException {
        if (Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                for (Path file : all.toList()) {
                    Files.delete(file);
                }
            }
        }
    }

    private static IndexWriterConfig config() {
        ConcurrentMergeScheduler merges = new ConcurrentMergeScheduler();
        merges.setMaxMergesAndThreads(WAITING_MERGES, 1);
        return new IndexWriterConfig()
                .setIndexSort(IndexedFields.NEWEST_FIRST)
                .setRAMBufferSizeMB(BUFFER_MB)
                .setMergeScheduler(merges)
                .setMergePolicy(new TieredMergePolicy().setForceMergeDeletesPctAllowed(0))
                .setCommitOnClose(false);
    }

    /** The state at the last commit; empty for an index that was never committed, or is of another format. */
    Optional<State> state() {
        Map<String, String> texts = new TreeMap<>();
        Iterable<Map.Entry<String, String>> written = writer.getLiveCommitData();
        if (written != null) {
            written.forEach(each -> texts.put(each.getKey(), each.getValue()));
        }
        return State.decode(texts);
    }

    /** Puts the message of a change as it is now in place of what the index has of it. */
    void put(Change change, Optional<SearchedMessage> now, boolean isNew) throws IOException {
        Term key = IndexedFields.key(change.stream(), change.seq());
        if (now.isEmpty()) {
            if (!isNew) {
                writer.deleteDocuments(key);
            }
            return;
        }
        Document document = IndexedFields.document(now.get(), terms);
        if (isNew) {
            writer.addDocument(document);
        } else {
            writer.updateDocument(key, document);
        }
    }

    /** Lets searches see what was put before. */
    void refresh() throws IOException {
        searchers.maybeRefreshBlocking();
    }

    void commit(State state) throws IOException {
        writer.setLiveCommitData(state.encode().entrySet());
        writer.commit();
    }

    /** Rewrites all files that have documents which were removed. Another thread than that of the changes may call it. */
    void mergeRemoved() throws IOException {
        writer.forceMergeDeletes(true);
    }

    void deleteUnusedFiles() throws IOException {
        writer.deleteUnusedFiles();
    }

    /** Finds the newest messages, of those that were refreshed. Fails if it takes too long. */
    List<Place> find(Query query, int most, QueryTimeout deadline) throws IOException {
        IndexSearcher current = searchers.acquire();
        try {
            IndexSearcher searcher = new IndexSearcher(current.getIndexReader());
            searcher.setQueryCache(null);
            searcher.setTimeout(deadline);
            int hits = Math.min(most, Math.max(1, searcher.getIndexReader().maxDoc()));
            TopFieldDocs found = searcher.search(
                    IndexedFields.query(query),
                    new TopFieldCollectorManager(
                            IndexedFields.NEWEST_FIRST,
                            hits,
                            query.behind().map(IndexedFields::behind).orElse(null),
                            1));
            if (searcher.timedOut()) {
                throw new StoreFailure("the search took too long");
            }
            return Stream.of(found.scoreDocs).map(IndexedFields::place).toList();
        } finally {
            searchers.release(current);
        }
    }

    int documents() {
        return writer.getDocStats().numDocs;
    }

    /** Forgets what was not committed. */
    @Override
    public void close() throws IOException {
        try (files) {
            searchers.close();
            writer.rollback();
        }
    }
}
