/// How many tokens may be looked at around the places of one file.
///
/// Judging a place reads its surroundings. In sources that people write that is little; in others, a thousand calls
/// inside each other, it would be the square of the file. What is left when the work is used up is judged by less.
final class WorkLimit {
    private var left: Int

    init(tokens: Int) { left = 4_000_000 + tokens * 150 }

    /// Whether something was judged by less than its surroundings.
    private(set) var isUsedUp = false

    /// Takes some work; false when none is left.
    func take(_ count: Int) -> Bool {
        guard left >= count else {
            isUsedUp = true
            return false
        }
        left -= count
        return true
    }
}
