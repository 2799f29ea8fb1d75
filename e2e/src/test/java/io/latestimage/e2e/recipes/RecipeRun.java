package io.latestimage.e2e.recipes;

import static org.assertj.core.api.Assertions.assertThat;

import io.latestimage.e2e.Await;
import io.latestimage.e2e.RawConnection;
import io.latestimage.e2e.SingleRequest.Reply;
import io.latestimage.e2e.process.Command;
import io.latestimage.e2e.process.Command.Completed;
import io.latestimage.e2e.recipes.RecipePart.Block;
import io.latestimage.e2e.recipes.RecipePart.Service;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Arrays;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.FutureTask;
import org.jspecify.annotations.Nullable;

/** Does what a page says, in the order of the page. */
final class RecipeRun implements AutoCloseable {
    /** How long a program may take to notice another image, far longer than it should. */
    private static final Duration PATIENCE = Duration.ofMinutes(1);

    private final Path folder;
    private final Deque<Exchange> unanswered = new ArrayDeque<>();
    private @Nullable RecipeService service;
    private int services;
    private String output = "";

    /** A request that was sent, and the connection on which its answer comes. */
    private record Exchange(PrintedRequest request, RawConnection connection) {}

    private RecipeRun(Path folder) {
        this.folder = folder;
    }

    /**
     * Does what a page says.
     *
     * @param folder an empty folder
     * @throws AssertionError if something else happens than the page says; the message names the line
     */
    static void of(RecipePage page, Path folder) throws Exception {
        try (RecipeRun run = new RecipeRun(folder)) {
            for (RecipePart part : page.parts()) {
                run.perform(part);
            }
            assertThat(run.unanswered)
                    .as("requests on %s without a response", page.name())
                    .isEmpty();
        }
    }

    private void perform(RecipePart part) throws Exception {
        switch (part) {
            case Service wanted -> restart(wanted);
            case Block block -> {
                switch (block.use()) {
                    case PRINTED, NOT_TRIED, UNKNOWN -> {}
                    case RUN -> run(block);
                    case FOLLOW -> follow(block);
                    case OUTPUT -> compareOutput(block);
                    case REQUEST -> send(block);
                    case RESPONSE -> compareResponse(block);
                }
            }
        }
    }

    private void restart(Service wanted) throws IOException {
        close();
        services++;
        Path own = Files.createDirectories(folder.resolve("service-" + services));
        RecipeService started = RecipeService.start(wanted, own);
        service = started;
        Optional<String> image = wanted.image();
        if (image.isPresent()) {
            started.upload(image.get());
        }
    }

    private RecipeService service() {
        RecipeService running = service;
        if (running == null) {
            throw new IllegalStateException("A comment must start a service before the first block that uses one");
        }
        return running;
    }

    private void run(Block block) throws Exception {
        Completed completed = service().command(block).attempt();
        assertThat(completed.status())
                .as("%s: %s", block.where(), completed.all())
                .isZero();
        output = completed.output();
    }

    private void compareOutput(Block block) {
        assertThat(PrintedText.matches(block.text(), output))
                .as("%s: the block before has printed %s", block.where(), output)
                .isTrue();
    }

    /** Ends the program, which runs forever, after it has written two images. */
    private void follow(Block block) throws Exception {
        Command command = service().command(block).within(PATIENCE.multipliedBy(3));
        FutureTask<Completed> program = new FutureTask<>(command::attempt);
        Thread thread = Thread.ofVirtual().start(program);
        try {
            for (String name : List.of("photo.png", "chart.png")) {
                service().upload(name);
                Await.until(block.where() + " has written " + name, PATIENCE, () -> hasWritten(block, program, name));
            }
        } finally {
            program.cancel(true);
            thread.join();
        }
    }

    private boolean hasWritten(Block block, FutureTask<Completed> program, String name) throws Exception {
        if (program.isDone()) {
            Completed completed = program.get();
            throw new AssertionError(block.where() + " has ended: " + completed.all());
        }
        Path latest = service().work().resolve("latest.png");
        return Files.exists(latest) && Arrays.equals(Files.readAllBytes(latest), SampleImages.bytes(name));
    }

    private void send(Block block) throws IOException {
        PrintedRequest request = PrintedRequest.parse(block);
        RawConnection connection = RawConnection.to(service().target());
        unanswered.push(new Exchange(request, connection));
        connection.send(request.bytes());
    }

    private void compareResponse(Block block) throws IOException {
        Exchange exchange = unanswered.pop();
        try (RawConnection connection = exchange.connection()) {
            Reply reply = connection.readReply(!exchange.request().method().equals("HEAD"));
            assertThat(PrintedResponse.parse(block).differences(reply))
                    .as(block.where())
                    .isEmpty();
        }
    }

    @Override
    public void close() {
        unanswered.forEach(exchange -> exchange.connection().close());
        RecipeService running = service;
        if (running != null) {
            running.close();
        }
    }
}
