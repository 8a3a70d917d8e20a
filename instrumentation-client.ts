import { pageFetch } from "@/components/browser/page-fetch";
import { watchHistory } from "@/components/browser/history-guard";

window.fetch = pageFetch(window.fetch.bind(window));
watchHistory();
