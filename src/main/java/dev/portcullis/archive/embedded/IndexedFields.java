package dev.portcullis.archive.embedded;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.portcullis.archive.MessageIndex.Place;
import dev.portcullis.archive.MessageIndex.Query;
import dev.portcullis.archive.SearchedMessage;
import dev.portcullis.protocol.UserId;
import dev.portcullis.search.Words;
import dev.portcullis.streams.StreamName;
import dev.portcullis.streams.record.RowKeys;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.lucene.document.Document;
import org.apache.lucene.document.Field;
import org.apache.lucene.document.FieldType;
import org.apache.lucene.document.LongPoint;
import org.apache.lucene.document.NumericDocValuesField;
import org.apache.lucene.document.SortedDocValuesField;
import org.apache.lucene.document.StringField;
import org.apache.lucene.index.IndexOptions;
import org.apache.lucene.index.Term;
import org.apache.lucene.search.BooleanClause;
import org.apache.lucene.search.BooleanQuery;
import org.apache.lucene.search.FieldDoc;
import org.apache.lucene.search.IndexSortSortedNumericDocValuesRangeQuery;
import org.apache.lucene.search.MatchNoDocsQuery;
import org.apache.lucene.search.ScoreDoc;
import org.apache.lucene.search.Sort;
import org.apache.lucene.search.SortField;
import org.apache.lucene.search.TermInSetQuery;
import org.apache.lucene.search.TermQuery;
import org.apache.lucene.util.BytesRef;

/**
 * A message as a document of the index, and a query over these documents. A text can't be read from the index again: it has no
 * order.
 */
final class IndexedFields {
    private static final String KEY = "key";
    private static final String TERM = "term";
    private static final String STREAM = "stream";
    private static final String AUTHOR = "author";
    private static final String WITH = "with";
    private static final String TIME = "time";
    private static final String SEQ = "seq";

    /** Streams whose messages are looked up, rather than asked for their stream. */
    private static final int FEW = 16;

    /** The order of what is found. Documents lie in this order, so a search ends with the newest ones that match. */
    static final Sort NEWEST_FIRST = new Sort(
            new SortField(TIME, SortField.Type.LONG, true),
            new SortField(STREAM, SortField.Type.STRING, true),
            new SortField(SEQ, SortField.Type.LONG, true));

    private static final FieldType TERMS = terms();

    private IndexedFields() {}

    private static FieldType terms() {
        FieldType type = new FieldType();
        type.setTokenized(true);
        type.setOmitNorms(true);
        type.setIndexOptions(IndexOptions.DOCS);
        type.freeze();
        return type;
    }

    static Document document(SearchedMessage message, TermStream terms) {
        Place place = message.place();
        Document document = new Document();
        document.add(new StringField(KEY, key(place.stream(), place.seq()).bytes(), Field.Store.NO));
        document.add(new Field(TERM, terms.of(Words.terms(message.text())), TERMS));
        BytesRef stream = stream(place.stream());
        document.add(new StringField(STREAM, stream, Field.Store.NO));
        document.add(new SortedDocValuesField(STREAM, stream));
        document.add(new StringField(AUTHOR, message.author().value(), Field.Store.NO));
        message.with().ifPresent(user -> document.add(new StringField(WITH, user.value(), Field.Store.NO)));
        document.add(new LongPoint(TIME, place.timestamp()));
        document.add(new NumericDocValuesField(TIME, place.timestamp()));
        document.add(new NumericDocValuesField(SEQ, place.seq()));
        return document;
    }

    /** The term that only the document of this message has. */
    static Term key(StreamName stream, long seq) {
        return new Term(KEY, new BytesRef(RowKeys.entry(stream, seq)));
    }

    static org.apache.lucene.search.Query query(Query query) {
        long first = query.after() == Long.MAX_VALUE ? Long.MAX_VALUE : query.after() + 1;
        long newest = query.before() == Long.MIN_VALUE ? Long.MIN_VALUE : query.before() - 1;
        long last = Math.min(newest, query.behind().map(Place::timestamp).orElse(Long.MAX_VALUE));
        if (query.terms().isEmpty() || query.streams().isEmpty() || query.after() >= query.before() || first > last) {
            return new MatchNoDocsQuery();
        }
        BooleanQuery.Builder all = new BooleanQuery.Builder();
        query.terms().forEach(term -> filter(all, new TermQuery(new Term(TERM, term))));
        filter(all, in(query.streams().stream().map(IndexedFields::stream).collect(Collectors.toSet())));
        user(all, AUTHOR, query.author());
        user(all, WITH, query.with());
        filter(
                all,
                new IndexSortSortedNumericDocValuesRangeQuery(
                        TIME, first, last, LongPoint.newRangeQuery(TIME, first, last)));
        return all.build();
    }

    private static org.apache.lucene.search.Query in(Set<BytesRef> streams) {
        return streams.size() == 1
                ? new TermQuery(new Term(STREAM, streams.iterator().next()))
                : streams.size() <= FEW ? new TermInSetQuery(STREAM, streams) : new StreamsQuery(STREAM, streams);
    }

    private static void user(BooleanQuery.Builder all, String field, Optional<UserId> user) {
        user.ifPresent(id -> filter(all, new TermQuery(new Term(field, id.value()))));
    }

    private static void filter(BooleanQuery.Builder all, org.apache.lucene.search.Query each) {
        all.add(each, BooleanClause.Occur.FILTER);
    }

    /** The place behind which a search goes on, as a hit. It has no document, so one in the same place comes before it. */
    static FieldDoc behind(Place place) {
        return new FieldDoc(
                Integer.MAX_VALUE, Float.NaN, new Object[] {place.timestamp(), stream(place.stream()), place.seq()});
    }

    static Place place(ScoreDoc found) {
        List<Object> fields = List.of(((FieldDoc) found).fields);
        return new Place(
                (Long) fields.get(0), new StreamName(((BytesRef) fields.get(1)).utf8ToString()), (Long) fields.get(2));
    }

    private static BytesRef stream(StreamName stream) {
        return new BytesRef(stream.value().getBytes(UTF_8));
    }
}
