//! Clients whose greeting is under way, and which of them has to go when there are too many.

use std::collections::VecDeque;
use std::time::Duration;

use tokio::time::Instant;
use tokio_util::task::AbortOnDropHandle;

/// Most greetings at a time. Core makes one connection; half of the 256 file descriptors that macOS gives a process stay
/// for the rest.
const MOST: usize = 128;

/// A client has at least this long, however many come after it: far longer than a handshake takes. With [`MOST`] it also
/// says how fast a flood passes: the longest queue that Linux keeps (4,096) within seven seconds, while core waits for
/// twenty before it connects anew.
const PATIENCE: Duration = Duration::from_millis(200);

/// The greetings that are under way, the oldest first. Dropping it ends them all.
///
/// Whoever reaches the socket can open connections and say nothing, so those who do not finish may cost no more than
/// [`MOST`] places, and waiting for one of those takes no longer than [`PATIENCE`].
#[derive(Debug, Default)]
pub(super) struct Unfinished(VecDeque<Greeting>);

#[derive(Debug)]
struct Greeting {
    since: Instant,
    task: AbortOnDropHandle<()>,
}

impl Unfinished {
    /// Runs `greeting` beside the others.
    pub(super) fn start(&mut self, greeting: impl Future<Output = ()> + Send + 'static) {
        self.0.push_back(Greeting {
            since: Instant::now(),
            task: AbortOnDropHandle::new(tokio::spawn(greeting)),
        });
    }

    /// Waits until there is a place for one more, if need be by dropping the oldest.
    pub(super) async fn make_room(&mut self) {
        self.forget_finished();
        while self.0.len() >= MOST {
            self.drop_oldest().await;
        }
    }

    /// Drops the oldest, once it has had its time. `false` if there is none.
    pub(super) async fn drop_oldest(&mut self) -> bool {
        self.forget_finished();
        let Some(oldest) = self.0.pop_front() else {
            return false;
        };
        tokio::time::sleep_until(oldest.since + PATIENCE).await;
        if !oldest.task.is_finished() {
            tracing::warn!("a client that did not finish its greeting made room for others");
            oldest.task.abort();
        }
        // Only then its file descriptor is free again; that it was aborted is no news.
        let _ = oldest.task.await;
        true
    }

    fn forget_finished(&mut self) {
        self.0.retain(|greeting| !greeting.task.is_finished());
    }
}

#[cfg(test)]
mod tests {
    use std::future::pending;
    use std::sync::Arc;

    use super::*;

    /// Fills every place with a greeting that never ends and holds on to what is returned.
    fn full() -> (Unfinished, Vec<Arc<()>>) {
        let mut unfinished = Unfinished::default();
        let held: Vec<_> = (0..MOST).map(|_| Arc::new(())).collect();
        for held in &held {
            let held = Arc::clone(held);
            unfinished.start(async move {
                pending::<()>().await;
                drop(held);
            });
        }
        (unfinished, held)
    }

    fn is_held(held: &Arc<()>) -> bool {
        Arc::strong_count(held) > 1
    }

    /// Lets every greeting run; the runtime takes a part of them at a time.
    async fn all_run() {
        for _ in 0..MOST {
            tokio::task::yield_now().await;
        }
    }

    #[tokio::test(start_paused = true)]
    async fn one_more_than_the_most_costs_the_oldest_its_place_after_its_time() {
        let start = Instant::now();
        let (mut unfinished, held) = full();
        unfinished.make_room().await;
        assert!(start.elapsed() >= PATIENCE);
        assert!(!is_held(&held[0]), "what the oldest held is not free");
        assert!(held[1..].iter().all(is_held), "another one lost its place");
        assert_eq!(unfinished.0.len(), MOST - 1);
    }

    #[tokio::test(start_paused = true)]
    async fn a_greeting_that_ended_leaves_its_place_and_nobody_waits() {
        let start = Instant::now();
        let mut unfinished = Unfinished::default();
        for _ in 0..MOST {
            unfinished.start(async {});
        }
        all_run().await;
        unfinished.make_room().await;
        assert_eq!(unfinished.0.len(), 0);
        assert_eq!(start.elapsed(), Duration::ZERO);
    }

    #[tokio::test(start_paused = true)]
    async fn one_that_ends_within_its_time_is_not_dropped() {
        let mut unfinished = Unfinished::default();
        let (told, mut end) = tokio::sync::mpsc::channel(1);
        unfinished.start(async move {
            tokio::time::sleep(PATIENCE / 2).await;
            told.send(()).await.unwrap();
        });
        assert!(unfinished.drop_oldest().await);
        assert_eq!(end.recv().await, Some(()));
    }

    #[tokio::test]
    async fn without_any_there_is_none_to_drop() {
        assert!(!Unfinished::default().drop_oldest().await);
    }

    #[tokio::test]
    async fn all_end_with_the_door() {
        let (unfinished, held) = full();
        drop(unfinished);
        all_run().await;
        assert!(!held.iter().any(is_held));
    }
}
