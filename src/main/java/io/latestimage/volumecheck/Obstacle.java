package io.latestimage.volumecheck;

import java.io.IOException;

/** A problem of the volume. Its message says in a sentence or two what is wrong and what to do about it. */
final class Obstacle extends IOException {
    private static final long serialVersionUID = 1L;

    Obstacle(String sentence) {
        super(sentence);
    }
}
