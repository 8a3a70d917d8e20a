import { pageFetch } from "@/components/shell/page-fetch";
import { watchHistory } from "@/components/ui/history-guard";

window.fetch = pageFetch(window.fetch.bind(window));
watchHistory();
