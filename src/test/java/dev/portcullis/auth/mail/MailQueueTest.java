package dev.portcullis.auth.mail;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.kit.Await;
import dev.portcullis.kit.MailServer;
import io.vertx.core.Future;
import io.vertx.core.Promise;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

@ExtendWith(VertxExtension.class)
class MailQueueTest {
    private static final int PLACES = 100;

    private final List<MailResult> results = new CopyOnWriteArrayList<>();
    private final List<Letter> tried = new CopyOnWriteArrayList<>();
    private final AtomicLong clock = new AtomicLong(1_000);

    private MailQueue queue(Vertx vertx, Function<Letter, Future<MailResult>> transport) {
        MailTransport recording = new MailTransport() {
            @Override
            public Future<MailResult> send(Letter letter) {
                tried.add(letter);
                return transport.apply(letter);
            }

            @Override
            public long timeoutMs() {
                return 30_000;
            }

            @Override
            public void close() {}
        };
        return new MailQueue(vertx, recording, PLACES, (letter, result) -> results.add(result), clock::get);
    }

    private MailQueue queue(Vertx vertx, MailServer server, long timeoutMs) {
        MailConfig config = Letters.config(Letters.plain(server, timeoutMs));
        SmtpTransport transport = new SmtpTransport(vertx, config, config.smtp().orElseThrow());
        return new MailQueue(vertx, transport, 256, (letter, result) -> results.add(result), clock::get);
    }

    private static Letter letter() {
        return Letters.letter(LinkPurpose.VERIFY);
    }

    private void awaitResults(int number) {
        assertThat(Await.until(() -> results.size() == number))
                .as("results %s", results)
                .isTrue();
    }

    @Test
    void all_mails_are_sent_two_at_a_time_for_a_proven_domain_and_what_has_no_place_is_told(Vertx vertx) {
        Queue<Promise<MailResult>> open = new ConcurrentLinkedQueue<>();
        MailQueue queue = queue(vertx, letter -> {
            Promise<MailResult> sending = Promise.promise();
            open.add(sending);
            return sending.future();
        });
        List<Future<MailResult>> told = IntStream.range(0, PLACES + 3)
                .mapToObj(each -> queue.send(letter()))
                .toList();
        assertThat(results).containsExactly(MailResult.DROPPED, MailResult.DROPPED, MailResult.DROPPED);
        assertThat(told.subList(PLACES, PLACES + 3)).allMatch(each -> each.result() == MailResult.DROPPED);
        assertThat(tried).hasSize(1);
        for (int sent = 0; sent < PLACES; sent++) {
            assertThat(Await.until(() -> !open.isEmpty())).isTrue();
            assertThat(open.size()).isLessThanOrEqualTo(2);
            open.remove().complete(MailResult.SENT);
        }
        awaitResults(PLACES + 3);
        assertThat(told.subList(0, PLACES)).allMatch(each -> each.result() == MailResult.SENT);
        queue.send(letter());
        assertThat(Await.until(() -> tried.size() == PLACES + 1)).isTrue();
    }

    /** Their servers take one mail each at once, and answer to no other one. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mail_to_a_proven_domain_goes_beside_domains_that_were_prompt_once(int attackers, Vertx vertx) {
        Set<String> primed = ConcurrentHashMap.newKeySet();
        MailQueue queue = queue(
                vertx,
                letter -> letter.domain().equals(letter().domain()) || primed.add(letter.domain())
                        ? Future.succeededFuture(MailResult.SENT)
                        : Promise.<MailResult>promise().future());
        for (int mail = 0; mail < MailTurns.PROVEN; mail++) {
            queue.send(letter());
        }
        for (int number = 0; number < attackers; number++) {
            queue.send(Letters.letterTo("eve@" + number + ".example.net"));
            awaitResults(MailTurns.PROVEN + number + 1);
        }
        for (int number = 0; number < Math.min(attackers, PLACES / 2); number++) {
            queue.send(Letters.letterTo("eve@" + number + ".example.net"));
            queue.send(Letters.letterTo("eve@" + number + ".example.net"));
        }
        assertThat(tried).as("one of them is on its way").hasSizeGreaterThan(MailTurns.PROVEN + attackers);
        List<Future<MailResult>> told =
                IntStream.range(0, 5).mapToObj(each -> queue.send(letter())).toList();
        assertThat(Await.until(() -> told.stream().allMatch(each -> each.result() == MailResult.SENT)))
                .as("%s", told)
                .isTrue();
    }

    /** The server says at once that it may take them later, such as for domains that it can't look up. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_that_may_be_taken_later_take_no_place_of_others(int attackers, Vertx vertx) {
        MailQueue queue = queue(
                vertx,
                letter -> Future.succeededFuture(
                        letter.domain().equals(letter().domain()) ? MailResult.SENT : MailResult.FAILED));
        queue.send(letter());
        awaitResults(1);
        for (int number = 0; number < 300; number++) {
            queue.send(Letters.letterTo("eve@" + number % attackers + ".example.net"));
        }
        List<Future<MailResult>> told =
                IntStream.range(0, 20).mapToObj(each -> queue.send(letter())).toList();
        assertThat(Await.until(() -> told.stream().allMatch(Future::isComplete)))
                .isTrue();
        assertThat(told).allMatch(each -> each.result() == MailResult.SENT);
    }

    @Test
    void mail_that_may_be_taken_later_raises_no_trust_in_its_domain(Vertx vertx) {
        MailQueue queue = queue(
                vertx,
                letter -> tried.size() <= MailTurns.PROVEN
                        ? Future.succeededFuture(MailResult.FAILED)
                        : Promise.<MailResult>promise().future());
        for (int mail = 0; mail < MailTurns.PROVEN; mail++) {
            queue.send(letter());
        }
        queue.send(letter());
        queue.send(letter());
        assertThat(tried).as("one at a time").hasSize(MailTurns.PROVEN + 1);
    }

    /** Anyone registers with addresses of a server of their own, which answers as late as it likes. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_to_slow_domains_hold_up_none_to_a_domain_that_is_not(int attackers, Vertx vertx) {
        try (MailServer server = MailServer.plain()) {
            try (MailQueue queue = queue(vertx, server, 120_000)) {
                queue.send(letter());
                server.awaitMail(Letters.ANN, 1);
                for (int mail = 0; mail < 5; mail++) {
                    for (int number = 0; number < attackers; number++) {
                        server.fallSilentFor(number + ".example.net");
                        queue.send(Letters.letterTo("eve@" + number + ".example.net"));
                    }
                }
                for (int number = 0; number < 20; number++) {
                    queue.send(letter());
                }
                server.awaitMail(Letters.ANN, 21);
            }
        }
    }

    /** The server answers to recipients that it does not know as late as it likes, and says then that they may be known later. */
    @ParameterizedTest
    @ValueSource(ints = {1, 10, 100})
    void mails_to_made_up_recipients_hold_up_none_to_a_proved_one_of_the_domain(int attackers, Vertx vertx) {
        Queue<Promise<MailResult>> open = new ConcurrentLinkedQueue<>();
        MailQueue queue = queue(vertx, letter -> {
            if (letter.proved()) {
                return Future.succeededFuture(MailResult.SENT);
            }
            Promise<MailResult> sending = Promise.promise();
            open.add(sending);
            return sending.future();
        });
        for (int mail = 0; mail < 5; mail++) {
            for (int number = 0; number < attackers; number++) {
                queue.send(Letters.letterTo("nx" + number + "@example.com"));
            }
            Future<MailResult> reset = queue.send(Letters.letterToProved(Letters.ANN));
            assertThat(Await.until(reset::isComplete))
                    .as("beside %d", open.size())
                    .isTrue();
            assertThat(reset.result()).isEqualTo(MailResult.SENT);
            open.remove().complete(MailResult.FAILED);
            assertThat(Await.until(() -> !open.isEmpty())).isTrue();
        }
    }

    /** Such as one that looks at the text for longer than a mail may take. */
    @Test
    void mail_whose_server_gives_no_answer_to_its_text_is_not_sent_again(Vertx vertx) {
        try (MailServer server = MailServer.plain();
                MailQueue queue = queue(vertx, server, 1_000)) {
            server.fallSilentAfterNext();
            queue.send(letter());
            awaitResults(1);
            assertThat(results).containsExactly(MailResult.UNANSWERED);
            queue.send(Letters.letterTo("bob@example.com"));
            server.awaitMail("bob@example.com", 1);
            assertThat(server.mailsTo(Letters.ANN)).hasSize(1);
        }
    }

    @Test
    void mail_whose_server_fell_silent_before_its_text_is_sent_again(Vertx vertx) {
        try (MailServer server = MailServer.plain();
                MailQueue queue = queue(vertx, server, 1_000)) {
            server.fallSilentNext();
            queue.send(letter());
            server.awaitMail(Letters.ANN, 1);
            awaitResults(1);
            assertThat(results).containsExactly(MailResult.SENT);
            assertThat(server.mailsTo(Letters.ANN)).hasSize(1);
        }
    }

    @Test
    void mail_that_was_not_taken_is_tried_again_and_a_refused_one_is_not(Vertx vertx) {
        AtomicLong ofVerify = new AtomicLong();
        AtomicLong ofReset = new AtomicLong();
        MailQueue queue = queue(vertx, letter -> {
            if (letter.token().purpose() == LinkPurpose.RESET) {
                ofReset.incrementAndGet();
                return Future.succeededFuture(MailResult.REFUSED);
            }
            return ofVerify.incrementAndGet() == 1
                    ? Future.failedFuture(new IllegalStateException("the transport broke"))
                    : Future.succeededFuture(MailResult.SENT);
        });
        queue.send(letter());
        queue.send(Letters.letter(LinkPurpose.RESET));
        awaitResults(2);
        assertThat(results).containsExactly(MailResult.REFUSED, MailResult.SENT);
        assertThat(ofVerify).hasValue(2);
        assertThat(ofReset).hasValue(1);
    }

    @Test
    void closed_queue_begins_no_mail(Vertx vertx) {
        Queue<Promise<MailResult>> open = new ConcurrentLinkedQueue<>();
        MailQueue queue = queue(vertx, letter -> {
            Promise<MailResult> sending = Promise.promise();
            open.add(sending);
            return sending.future();
        });
        queue.send(letter());
        queue.send(letter());
        queue.close();
        open.remove().complete(MailResult.SENT);
        awaitResults(1);
        queue.send(Letters.letterTo("bob@elsewhere.example.com"));
        assertThat(tried).hasSize(1);
    }

    @Test
    void mail_whose_link_has_ended_is_not_sent(Vertx vertx) {
        MailQueue queue = queue(vertx, letter -> Future.succeededFuture(MailResult.SENT));
        queue.send(Letters.letter(LinkPurpose.RESET, 1_000));
        queue.send(Letters.letter(LinkPurpose.RESET, 1_001));
        awaitResults(2);
        assertThat(results).containsExactly(MailResult.DROPPED, MailResult.SENT);
        assertThat(tried).hasSize(1);
    }
}
