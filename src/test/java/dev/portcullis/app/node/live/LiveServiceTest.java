package dev.portcullis.app.node.live;

import static org.assertj.core.api.Assertions.assertThat;

import dev.portcullis.config.Live;
import dev.portcullis.kit.Await;
import io.vertx.core.Vertx;
import io.vertx.junit5.VertxExtension;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.ExtendWith;

@ExtendWith(VertxExtension.class)
class LiveServiceTest {
    private final Live.Source<Optional<String>> config = new Live.Source<>(Optional.of("first"));
    private final List<String> opened = new CopyOnWriteArrayList<>();
    private final List<String> closed = new CopyOnWriteArrayList<>();

    @Test
    void service_is_opened_once_for_equal_configurations(Vertx vertx) {
        LiveService<String, String> service = service(vertx, 1);
        assertThat(service.get()).contains("open first");
        config.swap(Optional.of("first"));
        assertThat(service.get()).contains("open first");

        assertThat(opened).containsExactly("open first");
        assertThat(closed).isEmpty();
    }

    @Test
    void another_configuration_opens_another_service_and_closes_the_one_before_a_while_later(Vertx vertx) {
        LiveService<String, String> service = service(vertx, 1);
        config.swap(Optional.of("second"));

        assertThat(service.get()).contains("open second");
        assertThat(Await.until(() -> closed.equals(List.of("open first")))).isTrue();
        service.close();
        assertThat(closed).containsExactly("open first", "open second");
    }

    @Test
    void service_is_there_while_it_is_configured(Vertx vertx) {
        config.swap(Optional.empty());
        LiveService<String, String> service = service(vertx, 600_000);
        assertThat(service.get()).isEmpty();

        config.swap(Optional.of("second"));
        assertThat(service.get()).contains("open second");
        config.swap(Optional.empty());
        assertThat(service.get()).isEmpty();

        service.close();
        assertThat(closed).as("what it was asked may still be under way").isEmpty();
    }

    private LiveService<String, String> service(Vertx vertx, long closeMs) {
        return new LiveService<>(
                vertx,
                config,
                name -> {
                    opened.add("open " + name);
                    return "open " + name;
                },
                closed::add,
                closeMs);
    }
}
